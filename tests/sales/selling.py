"""The way of a sale in a few words, for the tests that begin in the middle of it."""

from typing import Any
from uuid import uuid4

import httpx
from httpx import AsyncClient

from tests.conftest import Acting, versioned

API = "/api/v1"


def done(reply: httpx.Response) -> httpx.Response:
    """The reply, if the company did what was asked."""
    assert reply.status_code in (200, 201), (
        f"{reply.request.method} {reply.request.url}: {reply.status_code} {reply.text}"
    )
    return reply


async def step(client: AsyncClient, path: str, after: httpx.Response, verb: str, **body: Any) -> httpx.Response:
    """Take a step with the record that an earlier reply shows."""
    return await client.post(f"{API}/{path}/{after.json()['id']}/{verb}", json=body, headers=versioned(after))


async def product(acting: Acting, **fields: Any) -> dict[str, Any]:
    """A product at 1,280 yuan."""
    body = {"sku": f"ZD-{uuid4().hex[:8]}", "name": "智能门锁 X1", "price": "1280.00", **fields}
    made: dict[str, Any] = done(await acting("support-staff").post(f"{API}/catalog/products", json=body)).json()
    return made


async def customer(acting: Acting, seller: str = "sales-specialist", **fields: Any) -> dict[str, Any]:
    """A customer of the salesperson, with telephone, e-mail and address."""
    body = {
        "name": "杭州西子花艺", "phone": "0571-88001122", "email": "hua@example.com",
        "address": "浙江省杭州市西湖区文三路 90 号", "region": "浙江省杭州市", **fields,
    }  # fmt: skip
    made: dict[str, Any] = done(await acting(seller).post(f"{API}/sales/customers", json=body)).json()
    return made


async def opportunity(acting: Acting, seller: str = "sales-specialist", **fields: Any) -> httpx.Response:
    """An opportunity with needs and an amount, in discovery."""
    if "customer_id" not in fields:
        fields["customer_id"] = (await customer(acting, seller))["id"]
    body = {"title": "门店门锁", "needs": "两家门店换锁", "amount": "5000.00", **fields}
    return done(await acting(seller).post(f"{API}/sales/opportunities", json=body))


async def proposal(
    acting: Acting, opportunity_id: str, *, seller: str = "sales-specialist", discount: str = "0.00", **fields: Any
) -> httpx.Response:
    """A draft of two locks."""
    lines = [{"product_id": (await product(acting))["id"], "quantity": "2", "discount": discount}]
    body = {"opportunity_id": opportunity_id, "title": "门锁方案", "solution": "两把 X1", "lines": lines, **fields}
    return done(await acting(seller).post(f"{API}/sales/proposals", json=body))


async def order(acting: Acting, seller: str = "sales-specialist", **fields: Any) -> httpx.Response:
    """A draft of two locks for a customer of the salesperson."""
    if "customer_id" not in fields:
        fields["customer_id"] = (await customer(acting, seller))["id"]
    if "lines" not in fields:
        fields["lines"] = [{"product_id": (await product(acting))["id"], "quantity": "2"}]
    return done(await acting(seller).post(f"{API}/sales/orders", json=fields))


async def placed(acting: Acting, seller: str = "sales-specialist", **fields: Any) -> httpx.Response:
    """The same, placed."""
    return done(await step(acting(seller), "sales/orders", await order(acting, seller, **fields), "place"))


async def signed_for(acting: Acting, order_id: str, clerk: str) -> None:
    """A department signs for its part of an order."""
    offered = done(await acting(clerk).get(f"{API}/org/handovers", params={"record_id": order_id, "status": "offered"}))
    for one in offered.json()["items"]:
        url = f"{API}/org/handovers/{one['id']}/accept"
        done(await acting(clerk).post(url, json={}, headers={"If-Match": f'"{one["version"]}"'}))
