"""Every router of every domain, in the order of the regulation."""

from fastapi import APIRouter

from zhidu.marketing.api import channels

ROUTERS: tuple[APIRouter, ...] = (channels.router,)
