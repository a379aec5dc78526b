"""What happens without anybody asking: exports, expiries, measurements; queued in PostgreSQL."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import procrastinate
import structlog
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from api.billing.janitor import tidy
from api.billing.stripe_client import open_billing
from api.bulk import run_sql
from api.counter.attestations import end_concessions
from api.database import SEARCH_PATH, libpq_url
from api.offline.finalising import judge_waiting
from api.passes.jobs import rebuild_card_list, rebuild_status_list, tend_keys_and_ids
from api.rides.closing import close_overdue
from api.services import Services
from api.subscriptions.expiry import end_expired
from api.webhooks.delivery import deliver_due, forget_old_events

log = structlog.get_logger(__name__)

QUEUE = "teiki"


def create_jobs(services: Services) -> procrastinate.App:
    """The queue with every job this program knows."""
    connector = procrastinate.PsycopgConnector(
        conninfo=libpq_url(services.database.url),
        kwargs={"options": f"-c search_path={SEARCH_PATH}"},
        min_size=1,
        max_size=4,
        # Long enough for a busy server; stopping waits for one that is gone.
        timeout=5,
    )
    app = procrastinate.App(connector=connector)
    _add_ride_jobs(app, services)
    _add_pass_jobs(app, services)
    _add_webhook_jobs(app, services)
    _add_billing_jobs(app, services)
    _add_insight_jobs(app, services)
    return app


def _add_ride_jobs(app: procrastinate.App, services: Services) -> None:
    @app.periodic(cron="*/5 * * * *")
    @app.task(name="close_overdue_rides", queue=QUEUE, queueing_lock="close_overdue_rides")
    async def close_overdue_rides(timestamp: int) -> None:
        await close_overdue(services.database, services.clock)

    @app.periodic(cron="*/15 * * * *")
    @app.task(name="judge_offline_records", queue=QUEUE, queueing_lock="judge_offline_records")
    async def judge_offline_records(timestamp: int) -> None:
        await judge_waiting(services)

    @app.periodic(cron="*/30 * * * *")
    @app.task(name="end_expired_subscriptions", queue=QUEUE, queueing_lock="end_expired")
    async def end_expired_subscriptions(timestamp: int) -> None:
        await end_expired(services.database, services.clock)
        await end_concessions(services.database, services.clock)


def _add_pass_jobs(app: procrastinate.App, services: Services) -> None:
    @app.periodic(cron="*/5 * * * *")
    @app.task(name="build_status_list", queue=QUEUE, queueing_lock="build_status_list")
    async def build_status_list(timestamp: int) -> None:
        await rebuild_status_list(services)

    @app.periodic(cron="*/5 * * * *")
    @app.task(name="build_card_list", queue=QUEUE, queueing_lock="build_card_list")
    async def build_card_list(timestamp: int) -> None:
        await rebuild_card_list(services)

    @app.periodic(cron="10 * * * *")
    @app.task(name="tend_keys_and_ids", queue=QUEUE, queueing_lock="tend_keys_and_ids")
    async def tend_keys(timestamp: int) -> None:
        await tend_keys_and_ids(services)


def _add_webhook_jobs(app: procrastinate.App, services: Services) -> None:
    @app.periodic(cron="* * * * *")
    @app.task(name="deliver_webhooks", queue=QUEUE, queueing_lock="deliver_webhooks")
    async def deliver_webhooks(timestamp: int) -> None:
        await deliver_due(services)

    @app.periodic(cron="30 4 * * *")
    @app.task(name="forget_webhook_events", queue=QUEUE, queueing_lock="forget_webhook_events")
    async def forget_events(timestamp: int) -> None:
        async with services.database.session() as session:
            await forget_old_events(session, services.clock.now())


def _add_billing_jobs(app: procrastinate.App, services: Services) -> None:
    billing = open_billing(services)

    @app.periodic(cron="* * * * *")
    @app.task(name="tidy_billing", queue=QUEUE, queueing_lock="tidy_billing")
    async def tidy_billing(timestamp: int) -> None:
        await tidy(billing)


def _add_insight_jobs(app: procrastinate.App, services: Services) -> None:
    # Imported here: analysis needs libraries that the web server does without.
    from api.insights.coverage import run_coverage
    from api.insights.export import export_day, export_pending
    from api.insights.retention import clear_expired

    @app.task(name="export_boardings", queue=QUEUE, retry=3)
    async def export_boardings(service_date: str) -> None:
        await export_day(services, date.fromisoformat(service_date))

    @app.task(name="measure_coverage", queue=QUEUE, retry=1)
    async def measure_coverage(service_date: str) -> None:
        await run_coverage(services, date.fromisoformat(service_date))

    @app.periodic(cron="20 * * * *")
    @app.task(name="export_pending_boardings", queue=QUEUE, queueing_lock="export_pending")
    async def export_pending_boardings(timestamp: int) -> None:
        await export_pending(services)

    @app.periodic(cron="40 4 * * *")
    @app.task(name="clear_expired_traces", queue=QUEUE, queueing_lock="clear_expired_traces")
    async def clear_expired_traces(timestamp: int) -> None:
        await clear_expired(services)


_DEFER = text("""
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
        CAST(:queue AS varchar), CAST(:task AS varchar), 0, NULL, NULL,
        CAST(:arguments AS jsonb), NULL
    )::procrastinate_job_to_defer_v1])
""")


async def enqueue(session: AsyncSession, task: str, **arguments: Any) -> None:
    """Enqueue a job in the transaction that causes it: both happen, or neither."""
    await run_sql(
        session,
        _DEFER,
        queue=QUEUE,
        task=task,
        arguments=orjson.dumps(arguments).decode(),
    )


async def run_jobs(app: procrastinate.App, *, until_empty: bool = False) -> None:
    """Work off the queue: for ever, or until nothing is left (`until_empty`)."""
    async with app.open_async():
        await app.run_worker_async(
            queues=[QUEUE],
            wait=not until_empty,
            install_signal_handlers=False,
            delete_jobs="successful",
        )
