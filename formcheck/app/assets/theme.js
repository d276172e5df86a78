// Runs the page anew when the system changes between light and dark: drawings and charts are made in the colors of one of them.
const SETTLED_MS = 300; // Streamlit takes the new theme on first, and tells it with the next run

export default function ({ setTriggerValue }) {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const tell = () => window.setTimeout(() => setTriggerValue("changed", true), SETTLED_MS);
  dark.addEventListener("change", tell);
  return () => dark.removeEventListener("change", tell);
}
