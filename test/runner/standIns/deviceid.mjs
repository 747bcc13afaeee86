// Stands in for @vscode/deviceid, which would leave a file in the home directory to recognise this machine by.
export async function getDeviceId() {
  return 'hosted-for-tests';
}
