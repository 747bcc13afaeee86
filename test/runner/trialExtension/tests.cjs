// Runs mocha in the extension host, with one test that passes and one that ends as specified by TRIAL_END.
const assert = require('node:assert/strict');
const Mocha = require('mocha');
const vscode = require('vscode');

const ends = {
  pass: () => assert.ok(vscode.version),
  fail: () => assert.fail('as it should'),
  exit: () => process.exit(0),
  kill: () => process.kill(process.pid, 'SIGKILL'),
};

exports.run = async () => {
  const mocha = new Mocha({ color: false, timeout: 0 });
  const end = process.env.TRIAL_END;
  mocha.suite.addTest(new Mocha.Test('passes', ends.pass));
  mocha.suite.addTest(new Mocha.Test(end, ends[end]));
  await new Promise((resolve, reject) => {
    mocha.run((failures) => (failures ? reject(new Error(`${failures} failed`)) : resolve()));
  });
};
