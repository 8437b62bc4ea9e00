/** Fetches the live part of the page every second, and says so when the emulator does not answer. */
export const liveScript = `
const live = document.getElementById('live');
const silence = document.getElementById('silence');
let shown = '';
async function refresh() {
  try {
    const response = await fetch('/page/live', { signal: AbortSignal.timeout(5000) });
    const text = await response.text();
    if (response.ok && text !== shown) live.innerHTML = text;
    if (response.ok) shown = text;
    silence.hidden = response.ok;
  } catch {
    silence.hidden = false;
  }
}
setInterval(() => document.hidden || refresh(), 1000);
`;
