// Plays cues that it has not played yet. Streamlit calls the default export at every update with the newest data.
const memories = new WeakMap();
// Whoever mutes one box has muted them all: a session without hands shows several, one after the other.
const MUTED = "formcheck-muted";
const SPEECH_RATE = 1.1;
// frequency in Hz, length in seconds, one after the other
const TONES = {
  count: [[880, 0.12]],
  fault: [[330, 0.16], [262, 0.22]],
  tick: [[660, 0.08]],
  go: [[660, 0.1], [990, 0.25]],
  end: [[660, 0.12], [784, 0.12], [990, 0.3]],
};

function begin(parent, words) {
  const memory = { set: null, last: 0, muted: window.sessionStorage.getItem(MUTED) === "yes", audio: null, tick: null, bpm: 0 };
  const button = parent.querySelector(".mute");
  const show = () => {
    button.setAttribute("aria-pressed", String(memory.muted));
    button.textContent = memory.muted ? words.off : words.on;
  };
  button.onclick = () => {
    memory.muted = !memory.muted;
    window.sessionStorage.setItem(MUTED, memory.muted ? "yes" : "no");
    show();
    if (memory.muted && window.speechSynthesis) window.speechSynthesis.cancel();
  };
  show();
  return memory;
}

function sound(memory, kind) {
  const AudioContext = window.AudioContext || window.webkitAudioContext;
  if (memory.muted || !AudioContext || !TONES[kind]) return;
  memory.audio = memory.audio || new AudioContext();
  memory.audio.resume();
  let at = memory.audio.currentTime;
  for (const [frequency, length] of TONES[kind]) {
    const tone = memory.audio.createOscillator();
    const volume = memory.audio.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.25, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + length);
    tone.connect(volume).connect(memory.audio.destination);
    tone.start(at);
    tone.stop(at + length);
    at += length;
  }
}

function speak(memory, text) {
  if (memory.muted || !text || !window.speechSynthesis) return;
  // what is said is about now: an older sentence that is still being said makes way
  window.speechSynthesis.cancel();
  const words = new SpeechSynthesisUtterance(text);
  words.lang = document.documentElement.lang || "en-US";
  words.rate = SPEECH_RATE;
  window.speechSynthesis.speak(words);
}

function tick(memory, bpm) {
  if (memory.bpm === bpm) return;
  memory.bpm = bpm;
  if (memory.tick) clearInterval(memory.tick);
  memory.tick = bpm ? setInterval(() => sound(memory, "tick"), 60000 / bpm) : null;
}

export default function (component) {
  const { parentElement, data } = component;
  let memory = memories.get(parentElement);
  if (!memory) {
    memory = begin(parentElement, data.words);
    memories.set(parentElement, memory);
  }
  parentElement.querySelector(".said").classList.toggle("heard-only", Boolean(data.heardOnly));
  if (memory.set !== data.set) {
    memory.set = data.set;
    memory.last = 0;
    // what was said of another set is over
    parentElement.querySelector(".said").textContent = "";
  }
  for (const cue of data.cues) {
    if (cue.number <= memory.last) continue;
    memory.last = cue.number;
    sound(memory, cue.kind);
    speak(memory, cue.text);
    if (cue.text) parentElement.querySelector(".said").textContent = cue.text;
  }
  tick(memory, data.metronome);
  return () => {
    tick(memory, 0);
    memories.delete(parentElement);
  };
}
