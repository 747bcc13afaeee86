// Stands in for @vscode/native-watchdog, which ends an extension host whose event loop hangs after its server has gone.
// Here the server's whole process group is killed instead.
export function start() {}
