#!/usr/bin/env node
// An executable for @vscode/test-electron's runTests to take for VS Code's own.
import { register } from 'tsx/esm/api';

register();
await import('./code.ts');
