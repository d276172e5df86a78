// Plays two videos as one: each repetition takes equally long in both, and one control moves them together.
const players = new WeakMap();
const MAX_APART_S = 0.08;

function begin(parent) {
  const player = { pair: null, sides: [], rep: 0, playing: false, frame: 0 };
  const find = (name) => parent.querySelector(name);
  player.play = find(".play");
  player.reps = find(".reps");
  player.place = find(".place");
  player.speed = find(".speed");
  player.said = find(".said");
  player.videos = [...parent.querySelectorAll("video")];
  player.names = [...parent.querySelectorAll("figcaption")];

  const say = (words, number, share) => player.words[words].replace("{number}", number).replace("{share}", share);
  const span = (side) => player.sides[side].reps[player.rep];
  const share = () => {
    const [start, end] = span(0);
    return Math.min(1, Math.max(0, (player.videos[0].currentTime - start) / (end - start)));
  };
  const seek = (at) => player.videos.forEach((video, side) => {
    const [start, end] = span(side);
    video.currentTime = start + at * (end - start);
  });
  const pace = () => {
    const [first, second] = [0, 1].map((side) => span(side)[1] - span(side)[0]);
    const speed = Number(player.speed.value);
    player.videos[0].playbackRate = speed;
    player.videos[1].playbackRate = Math.min(4, Math.max(0.1, (speed * second) / first));
  };
  const show = () => {
    player.place.value = String(Math.round(100 * share()));
    player.place.setAttribute("aria-valuetext", say("place", player.rep + 1, player.place.value));
    player.play.textContent = player.words[player.playing ? "pause" : "play"];
  };
  const stop = () => {
    player.playing = false;
    cancelAnimationFrame(player.frame);
    player.videos.forEach((video) => video.pause());
    show();
  };
  const follow = () => {
    if (!player.playing) return;
    const at = share();
    const [start, end] = span(1);
    const should = start + at * (end - start);
    if (Math.abs(player.videos[1].currentTime - should) > MAX_APART_S) player.videos[1].currentTime = should;
    if (at >= 1) {
      const next = player.reps.value === "all" ? (player.rep + 1) % player.sides[0].reps.length : player.rep;
      choose(next);
      seek(0);
    }
    show();
    player.frame = requestAnimationFrame(follow);
  };
  const choose = (rep) => {
    player.rep = rep;
    pace();
    player.said.textContent = say("rep", rep + 1);
  };
  player.play.onclick = () => {
    if (player.playing) return stop();
    if (share() >= 0.99) seek(0);
    player.playing = true;
    pace();
    player.videos.forEach((video) => video.play());
    follow();
  };
  player.reps.onchange = () => {
    choose(player.reps.value === "all" ? 0 : Number(player.reps.value));
    seek(0);
    show();
  };
  player.place.oninput = () => {
    stop();
    seek(Number(player.place.value) / 100);
    player.said.textContent = say("rep", player.rep + 1);
  };
  player.speed.onchange = pace;
  player.open = (data) => {
    player.sides = data.sides;
    player.words = data.words;
    player.rep = 0;
    player.videos.forEach((video, side) => {
      video.src = data.sides[side].url;
      video.setAttribute("aria-label", data.sides[side].name);
      player.names[side].textContent = data.sides[side].name;
      video.onloadedmetadata = () => seek(0);
    });
    const all = new Option(player.words.all, "all");
    player.reps.replaceChildren(all, ...data.sides[0].reps.map((_, k) => new Option(say("both", k + 1), String(k))));
    choose(0);
    stop();
  };
  player.close = stop;
  return player;
}

export default function ({ data, parentElement }) {
  if (!players.has(parentElement)) players.set(parentElement, begin(parentElement));
  const player = players.get(parentElement);
  const pair = JSON.stringify(data.sides);
  if (pair !== player.pair) {
    player.pair = pair;
    player.open(data);
  }
  return () => player.close();
}
