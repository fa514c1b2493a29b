"""Every router of every domain, in the order of the regulation."""

from fastapi import APIRouter

from zhidu.catalog.api import products
from zhidu.marketing.api import channels
from zhidu.org.api import handovers, me, sign_in
from zhidu.tech.api import files

ROUTERS: tuple[APIRouter, ...] = (
    sign_in.router, me.router,
    handovers.mine, handovers.router,
    products.router,
    channels.router, files.router,
)  # fmt: skip
