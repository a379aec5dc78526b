"""The whole wiring, plainly: every controller, provider, guard and handler by name."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar, Router
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.plugins.opentelemetry import OpenTelemetryConfig, OpenTelemetryPlugin
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import IdentityMiddleware
from api.auth.routes import SessionController
from api.auth.tokens import derive_key
from api.billing.routes import BankCardController, StripeController
from api.billing.stripe_client import Billing, open_billing
from api.bodies import JsonRequest
from api.clock import Clock, SystemClock
from api.counter.cash_routes import CashController
from api.counter.people_routes import CounterPeopleController
from api.counter.routes import CounterController
from api.database import Database
from api.errors import EXCEPTION_HANDLERS
from api.events import EventController
from api.headers import SafeHeaders
from api.health import HealthController
from api.insights.routes import InsightController
from api.observability import MetricsController, RequestLog, configure_logging, prometheus
from api.offline.dispute_routes import OfflineDisputeController
from api.offline.mark_routes import PassMarkController
from api.offline.routes import OfflineRecordController
from api.openapi.document import openapi_config
from api.operators.keys import KeyRing
from api.operators.routes import OperatorController
from api.page_routes import PageController, asset_router
from api.passes.card_routes import DeskCardController, OperatorCardController
from api.passes.desk_routes import DeskPassController
from api.passes.reader_routes import ReaderController
from api.passes.routes import DeviceController, PassController
from api.plans.routes import PlanController
from api.residents.routes import MeController, SignInController
from api.rides.desk import Desk
from api.rides.ledger_routes import LedgerController
from api.rides.my_rides import MyRidesController
from api.rides.preview_routes import CoveredController
from api.rides.routes import AuthorizationController
from api.services import Services
from api.settings import Settings, SettingsError
from api.stores import RedisClients, create_channels, create_stores
from api.subscriptions.receipt_routes import ReceiptController
from api.subscriptions.routes import SubscriptionController
from api.town.routes import TownController
from api.webhooks.routes import WebhookController

CONTROLLERS = (
    HealthController,
    MetricsController,
    TownController,
    PlanController,
    MeController,
    SessionController,
    SubscriptionController,
    ReceiptController,
    BankCardController,
    StripeController,
    PassController,
    DeviceController,
    ReaderController,
    MyRidesController,
    EventController,
    CounterController,
    CounterPeopleController,
    CashController,
    DeskPassController,
    DeskCardController,
    OperatorController,
    OperatorCardController,
    WebhookController,
    CoveredController,
    AuthorizationController,
    LedgerController,
    OfflineRecordController,
    OfflineDisputeController,
    PassMarkController,
    InsightController,
    PageController,
)


def create_app(settings: Settings, database: Database, clock: Clock | None = None) -> Litestar:
    """Build the application. `clock` is the world's unless a demo or a test owns one.

    Raises `SettingsError` when a simulated clock meets a production deployment.
    """
    clock = clock or SystemClock()
    if clock.simulated and settings.production:
        raise SettingsError("A simulated clock can't run in production (TEIKI_ENV=production).")
    configure_logging(settings)
    desk = Desk(database, clock, queue_limit=settings.desk_queue_limit)
    billing = open_billing(Services(settings, clock, database))
    redis = RedisClients(settings.redis_url) if settings.redis_url else None
    app = Litestar(
        route_handlers=[*CONTROLLERS, sign_in_routes(settings), asset_router()],
        dependencies={
            "settings": Provide(lambda: settings, sync_to_thread=False),
            "clock": Provide(lambda: clock, sync_to_thread=False),
            "database": Provide(lambda: database, sync_to_thread=False),
            "desk": Provide(lambda: desk, sync_to_thread=False),
            "billing": Provide(lambda: billing, sync_to_thread=False),
            "session": Provide(provide_session),
        },
        middleware=[prometheus().middleware, IdentityMiddleware],
        request_class=JsonRequest,
        csrf_config=_csrf(settings),
        stores=create_stores(redis),
        plugins=[create_channels(redis), *_telemetry(settings)],
        exception_handlers=EXCEPTION_HANDLERS,
        openapi_config=openapi_config(),
        state=State({"database": database, "clock": clock, "key_ring": KeyRing(database)}),
        lifespan=[_running(desk, billing, redis)],
        request_max_body_size=1_000_000,
        logging_config=None,
    )
    # Around everything, so that what is refused before any route has its id and log line too.
    app.asgi_handler = RequestLog(SafeHeaders(app.asgi_handler))
    return app


async def provide_session(
    database: NamedDependency[Database],
) -> AsyncGenerator[AsyncSession, None]:
    """One unit of work per request, committed before the answer leaves."""
    async with database.session() as session:
        yield session


def _running(desk: Desk, billing: Billing, redis: RedisClients | None):  # type: ignore[no-untyped-def]  # the lifespan type is Litestar's own
    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        try:
            async with desk.running():
                yield
        finally:
            await billing.close()
            if redis is not None:
                await redis.close()

    return lifespan


def sign_in_routes(settings: Settings) -> Router:
    """Joining and signing in, slowed down for each address that tries too often."""
    limit = settings.sign_in_limit_per_minute
    rate = RateLimitConfig(rate_limit=("minute", limit or 1), store="rate_limit")
    return Router(
        path="/",
        route_handlers=[SignInController],
        middleware=[rate.middleware] if limit else [],
    )


def _csrf(settings: Settings) -> CSRFConfig:
    return CSRFConfig(
        secret=derive_key(settings.secret, "csrf").hex(),
        cookie_name="teiki_csrf",
        header_name="x-csrf-token",
        cookie_secure=settings.production,
        cookie_samesite="lax",
    )


def _telemetry(settings: Settings) -> list[OpenTelemetryPlugin]:
    """OpenTelemetry spans go to whatever provider the process was started with."""
    return [OpenTelemetryPlugin(OpenTelemetryConfig())] if settings.otlp else []
