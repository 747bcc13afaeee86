/** What `npm test` runs of the interface: a change from the first start to its end, each sign-in that is renewed, and what a question shows. */
export const MAIN_PATHS = [
  'test/ui/mainPath.test.ts',
  'test/ui/signIn.test.ts',
  'test/ui/shownChanges.test.ts',
] as const;

/**
 * What `npm run test:all` runs of the interface in the oldest VS Code, too: files that depend on the version of VS Code, each with
 * the reason. The others are about the service, the extension's own words or its own pages in a browser, and the integration
 * tests, which all run in the oldest VS Code, cover how the extension calls VS Code there. Slow tests in these files that no version
 * can matter to are skipped there, each with the reason (`inOldest`).
 */
export const VERSION_DEPENDENT: Readonly<Record<string, string>> = {
  'test/ui/mainPath.test.ts': 'commands, input boxes, modal dialogs and notifications from the first start on',
  'test/ui/signIn.test.ts': 'secret storage over restarts, the Accounts menu, pages opened in the browser',
  'test/ui/signInPasted.test.ts': 'a prompt that gives way to the Command Palette and comes back',
  'test/ui/rows.test.ts': 'menus of rows, multiple selection, progress, picks in the palette',
  'test/ui/bulk.test.ts': 'a pick of many rows, and progress that can be canceled',
  'test/ui/treeGroups.test.ts': 'drag and drop, collapsed groups, selection',
  'test/ui/connection.test.ts': 'welcome views and their conditions',
  'test/ui/changeHistory.test.ts': 'a web view that is restored with the window',
  'test/ui/errorDetails.test.ts': 'a web view with command links and themes',
  'test/ui/walkthrough.test.ts': 'the page of walkthroughs, and the events that complete its steps',
  'test/ui/settings.test.ts': 'the Settings editor, and settings restricted to the user',
  'test/ui/keybindings.test.ts': 'keybindings with arguments',
  'test/ui/telemetry.test.ts': 'the telemetry logger, and its setting',
};
