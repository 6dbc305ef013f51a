// The least that a server of Socket.IO can be: at every tick of the wall clock it sends what was made beforehand.
// node server.mjs FD FRAMES PERIOD_MS; FRAMES is a file: [{delta, views: {first device code: view}}, …], a tick each.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Server } from "socket.io";

const [fd, path, periodMs] = [Number(process.argv[2]), process.argv[3], Number(process.argv[4])];
const frames = JSON.parse(readFileSync(path, "utf8"));
const http = createServer((_, response) => response.writeHead(404).end());
const io = new Server(http, { transports: ["websocket"], serveClient: false, perMessageDeflate: false });
const realtime = io.of("/realtime");
const watching = new Map();

realtime.on("connection", (socket) => {
  socket.on("subscribe", (message, acknowledge) => {
    socket.join("room");
    acknowledge({ type_code: message.type_code });
  });
  socket.on("watch", (message, acknowledge) => {
    watching.set(socket, message.device_codes[0]);
    acknowledge({ type_code: message.type_code });
  });
  socket.on("disconnect", () => watching.delete(socket));
});

function tick(number) {
  const { delta, views } = frames[number % frames.length];
  realtime.to("room").emit("delta", delta);
  for (const [socket, code] of watching) socket.emit("view", views[code]);
}

function waitAfter(last) {
  const now = Date.now();
  const number = Math.max(Math.floor(now / periodMs), last) + 1;
  setTimeout(() => {
    tick(number);
    waitAfter(number);
  }, number * periodMs - now);
}

waitAfter(0);
http.listen({ fd });
process.on("SIGTERM", () => process.exit(0));
