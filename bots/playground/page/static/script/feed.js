// Follows a local server: its whole state first, then every event, and both again after a lost connection.

import { get } from "./http.js";

const RETRY_MS = 1000;

export function follow(base, { onState, onEvent, onConnection }) {
  const address = new URL(`${base}/control/events`, location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  let early = [];
  const take = (event) => (early ? early.push(event) : onEvent(event));
  socket.onmessage = (frame) => take(JSON.parse(frame.data));
  socket.onopen = async () => {
    try {
      onState(await get(`${base}/control/state`));
    } catch {
      socket.close();
      return;
    }
    onConnection(true);
    const missed = early;
    early = null;
    missed.forEach(onEvent);
  };
  socket.onclose = () => {
    onConnection(false);
    setTimeout(() => follow(base, { onState, onEvent, onConnection }), RETRY_MS);
  };
}
