// Stands in for @vscode/spdlog, through which VS Code writes its log files and output channels. Each line goes to the
// file at once, so that a test that reads a log misses nothing; files are not rotated, a test's logs stay small.
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
const off = levels.length;

export function setFlushOn() {}

class Logger {
  #file;
  #level = levels.indexOf('info');
  #withPrefix = true;

  constructor(file) {
    this.#file = file;
  }

  trace = (message) => this.#write(0, message);
  debug = (message) => this.#write(1, message);
  info = (message) => this.#write(2, message);
  warn = (message) => this.#write(3, message);
  error = (message) => this.#write(4, message);
  critical = (message) => this.#write(5, message);
  getLevel = () => this.#level;
  setLevel = (level) => (this.#level = level);
  setPattern = () => (this.#withPrefix = true);
  clearFormatters = () => (this.#withPrefix = false);
  flush() {}
  drop = () => (this.#level = off);

  #write(level, message) {
    if (level < this.#level) return;
    appendFileSync(this.#file, this.#withPrefix ? `${localTime()} [${levels[level]}] ${message}\n` : message);
  }
}

function localTime() {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().replace('T', ' ').replace('Z', '');
}

export async function createAsyncRotatingLogger(_name, file) {
  mkdirSync(dirname(file), { recursive: true });
  return new Logger(file);
}
