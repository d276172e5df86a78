// Says in plain words why there is no picture, and presses the start button of a session that goes by itself. The camera is started by
// the box below, in a frame of its own (same origin): the browser's answer is read there, because it is reported nowhere else.
const PERIOD_MS = 700;
// A start that failed is tried again after this long; the first try of a slow computer may still be loading its libraries.
const AGAIN_MS = 12000;
const ANSWERS = [
  [/NotAllowedError|SecurityError|permission denied/i, "denied"],
  [/NotFoundError|DevicesNotFound|OverconstrainedError|requested device not found/i, "missing"],
  [/NotReadableError|TrackStartError|could not start video/i, "busy"],
];

function readAnswer() {
  for (const frame of document.querySelectorAll('iframe[title*="webrtc"]')) {
    const text = (frame.contentDocument && frame.contentDocument.body && frame.contentDocument.body.innerText) || "";
    for (const [pattern, what] of ANSWERS) if (pattern.test(text)) return what;
  }
  return "";
}

async function findProblem() {
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return "insecure";
  const answer = readAnswer();
  if (answer) return answer;
  try {
    if ((await navigator.permissions.query({ name: "camera" })).state === "denied") return "denied";
  } catch (error) {
    // Firefox before 131 cannot be asked; there the box's own answer is enough
    if (!(error instanceof TypeError)) throw error;
  }
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.some((device) => device.kind === "videoinput") ? "" : "missing";
}

const presses = new WeakMap(); // by the box's frame: how often the button was pressed, and when last

// Presses the start button as long as it is there: once the camera starts, the button has other words. Returns whether it had to
// be pressed again.
function pressStart(words) {
  let again = false;
  for (const frame of document.querySelectorAll('iframe[title*="webrtc"]')) {
    const buttons = [...((frame.contentDocument && frame.contentDocument.querySelectorAll("button")) || [])];
    const button = buttons.find((one) => one.innerText.trim().toLowerCase() === words.toLowerCase() && !one.disabled);
    if (!button) continue;
    const before = presses.get(frame) || { count: 0, at: -Infinity };
    again = again || before.count > 1;
    if (performance.now() - before.at < AGAIN_MS) continue;
    presses.set(frame, { count: before.count + 1, at: performance.now() });
    button.click();
  }
  return again;
}

export default function (component) {
  const { parentElement, data } = component;
  const place = parentElement.querySelector(".problem");
  const check = async () => {
    const problem = (await findProblem()) || (data.start && pressStart(data.start) ? "again" : "");
    const text = problem ? data[problem] : "";
    if (place.textContent !== text) place.textContent = text;
    place.hidden = !problem;
  };
  check();
  const timer = setInterval(check, PERIOD_MS);
  return () => clearInterval(timer);
}
