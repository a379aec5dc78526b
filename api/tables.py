"""Every table, in one place for migrations and tests."""

from sqlmodel import SQLModel

from api.auth import tables as auth
from api.billing import tables as billing
from api.feeds import tables as feeds
from api.insights import tables as insights
from api.offline import tables as offline
from api.operators import tables as operators
from api.passes import tables as passes
from api.plans import tables as plans
from api.residents import tables as residents
from api.rides import tables as rides
from api.subscriptions import tables as subscriptions
from api.town import tables as town
from api.webhooks import tables as webhooks

# Naming the modules here is what makes their tables known to the metadata.
MODULES = (
    auth,
    billing,
    feeds,
    insights,
    offline,
    operators,
    passes,
    plans,
    residents,
    rides,
    subscriptions,
    town,
    webhooks,
)

metadata = SQLModel.metadata
