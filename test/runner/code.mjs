#!/usr/bin/env node
// An executable that runTests of @vscode/test-electron runs instead of VS Code.
import { register } from 'tsx/esm/api';

register();
await import('./code.ts');
