import v8 from 'node:v8';
import vm from 'node:vm';

/** Returns the heap size of this process after a garbage collection, in bytes. */
export function heapUsed(): number {
  v8.setFlagsFromString('--expose-gc');
  const collectGarbage = vm.runInNewContext('gc') as () => void;
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
