"""Every router of every domain, in the order of the regulation."""

from fastapi import APIRouter

import zhidu.analytics.measures
import zhidu.service.order_messages  # noqa: F401 - it has no operations of its own: it reacts to orders
from zhidu.analytics.api import collect, funnel
from zhidu.catalog.api import products
from zhidu.marketing.api import assessments, campaigns, channels, links, spend
from zhidu.org.api import (
    absences,
    accounts,
    calendar,
    demonstration,
    departments,
    explain,
    handovers,
    holdings,
    me,
    posts,
    search,
    sign_in,
    stream,
)
from zhidu.regulation.api import acknowledgements, clauses, controls, limits, my_day, obligations, versions
from zhidu.sales.api import (
    contacts,
    customers,
    duplicates,
    follow_ups,
    fulfilments,
    lead_forms,
    lead_imports,
    lead_sources,
    leads,
    opportunities,
    orders,
    payments,
    proposals,
    routing,
    scoring,
)
from zhidu.service.api import messages
from zhidu.tech.api import audit, files, jobs, keys

ROUTERS: tuple[APIRouter, ...] = (
    clauses.router, acknowledgements.share, acknowledgements.router,
    versions.router, versions.wording, controls.router, controls.report,
    obligations.router, limits.router, my_day.router,
    sign_in.router, demonstration.router, me.router, explain.router,
    departments.router, accounts.router, posts.router, holdings.router, absences.router, calendar.router,
    handovers.mine, handovers.router, search.router, stream.router,
    products.router,
    channels.router, assessments.router,
    campaigns.router, campaigns.amendments_router, links.router, links.public, spend.router,
    lead_sources.router, lead_forms.router, lead_forms.public, leads.router, leads.pool_router, duplicates.router,
    scoring.router, routing.rules_router, routing.answers, routing.router, follow_ups.router,
    lead_imports.router, lead_imports.mappings_router,
    audit.router, keys.router, files.router, jobs.router,
    messages.router,
    opportunities.router, proposals.router,
    customers.router, contacts.router,
    orders.router, payments.router, fulfilments.router,
    collect.public, collect.router, funnel.router,
)  # fmt: skip
