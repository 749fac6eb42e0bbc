"use strict";
const { createServer } = require("node:net");
let secret = 1;
module.exports = { server: createServer(), next: () => ++secret, twice: (n) => n * 2 };
