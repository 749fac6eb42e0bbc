/** The first thing each script does: an old Node gets a sentence, not a syntax error. Its own syntax is therefore old. */

var OLDEST = 20;

if (Number.parseInt(process.versions.node, 10) < OLDEST) {
  console.error("Node " + OLDEST + " or newer is needed, and this is Node " + process.versions.node + ".");
  console.error("Install a newer Node, put it first on the path and run the same command again.");
  process.exit(1);
}
