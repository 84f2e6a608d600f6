"""Read models: what pages and API show, narrowed to what the reader may see."""

from service.storage.views.appeal import AppealView, appeal, appeals
from service.storage.views.brief import brief, newest_change
from service.storage.views.chain import AnchoringFigures, anchoring_figures
from service.storage.views.correction import DocumentVersion, delivery_versions, ticket_versions
from service.storage.views.delivery import (
    DeliveryDetail,
    DeliveryRow,
    deliveries,
    delivery,
    delivery_of_visit,
)
from service.storage.views.document import (
    DocumentRow,
    document,
    document_content,
    documents,
    documents_of_visit,
)
from service.storage.views.edge_entry import (
    HeldEntryView,
    IncidentView,
    LateEntry,
    held_entries,
    incidents,
    late_entries,
)
from service.storage.views.hold import HoldView, PassView, decided_holds, hold, holds, overrides
from service.storage.views.lien import LienOrderView, LienView, lien_of_delivery, liens
from service.storage.views.log import LogHeadRow, log_entries, log_heads
from service.storage.views.lot import (
    LotRow,
    ProcessingRunRow,
    StockRow,
    lots,
    processing_runs,
    stock,
)
from service.storage.views.office import (
    AlarmRow,
    BatchState,
    Dashboard,
    SearchHit,
    alarms,
    batch_states,
    dashboard,
    oldest_unanchored,
    search,
    waiting_alarms,
)
from service.storage.views.party import (
    BookingRow,
    OrganisationRow,
    PriceListRow,
    SiteRow,
    bookings,
    organisations,
    price_lists,
    sites,
)
from service.storage.views.payment import PaymentView, payments
from service.storage.views.photograph import PhotographContent, photograph
from service.storage.views.promise import PromiseView, promise, promise_of_ticket
from service.storage.views.reader import EVERYTHING, Reader
from service.storage.views.settlement import SettlementView, settlement, settlements
from service.storage.views.ticket import TicketRow, ticket, tickets
from service.storage.views.visit import (
    PhotographRow,
    VisitDetail,
    VisitRow,
    WeighingView,
    visit,
    visits,
    weighing,
)
from service.storage.views.way import WayStep

__all__ = [
    "EVERYTHING",
    "AlarmRow",
    "AnchoringFigures",
    "AppealView",
    "BatchState",
    "BookingRow",
    "Dashboard",
    "DeliveryDetail",
    "DeliveryRow",
    "DocumentRow",
    "DocumentVersion",
    "HeldEntryView",
    "HoldView",
    "IncidentView",
    "LateEntry",
    "LienOrderView",
    "LienView",
    "LogHeadRow",
    "LotRow",
    "OrganisationRow",
    "PassView",
    "PaymentView",
    "PhotographContent",
    "PhotographRow",
    "PriceListRow",
    "ProcessingRunRow",
    "PromiseView",
    "Reader",
    "SearchHit",
    "SettlementView",
    "SiteRow",
    "StockRow",
    "TicketRow",
    "VisitDetail",
    "VisitRow",
    "WayStep",
    "WeighingView",
    "alarms",
    "anchoring_figures",
    "appeal",
    "appeals",
    "batch_states",
    "bookings",
    "brief",
    "dashboard",
    "decided_holds",
    "deliveries",
    "delivery",
    "delivery_of_visit",
    "delivery_versions",
    "document",
    "document_content",
    "documents",
    "documents_of_visit",
    "held_entries",
    "hold",
    "holds",
    "incidents",
    "late_entries",
    "lien_of_delivery",
    "liens",
    "log_entries",
    "log_heads",
    "lots",
    "newest_change",
    "oldest_unanchored",
    "organisations",
    "overrides",
    "payments",
    "photograph",
    "price_lists",
    "processing_runs",
    "promise",
    "promise_of_ticket",
    "search",
    "settlement",
    "settlements",
    "sites",
    "stock",
    "ticket",
    "ticket_versions",
    "tickets",
    "visit",
    "visits",
    "waiting_alarms",
    "weighing",
]
