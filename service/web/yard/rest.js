// Every screen but the first: fetched once the first one stands.

import "./words-more.js";
export { arrivalScreen } from "./screens/arrival.js";
export { exitScreen, inspectScreen, radiationScreen, unloadScreen, voidScreen } from "./screens/checks.js";
export { gradeScreen } from "./screens/grade.js";
export { holdScreen, holdsScreen } from "./screens/holds.js";
export { menuScreen, outputsScreen, syncScreen } from "./screens/menu.js";
export { queueScreen } from "./screens/queue.js";
export { ticketScreen, ticketsScreen } from "./screens/ticket.js";
export { deliveryForm, receiptForm, ticketForm } from "./screens/ticket-form.js";
export { typedScreen } from "./screens/typed.js";
export { visitScreen } from "./screens/visit.js";
export { weighScreen } from "./screens/weigh.js";
