export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".rows");
  // the keyboard stays on the button that sorted
  const sorted = root.getRootNode().activeElement?.dataset.sort;
  root.innerHTML = data;
  if (sorted) root.querySelector(`[data-sort="${sorted}"]`)?.focus();

  root.onclick = (event) => {
    const target = event.target.closest("[data-sort], [data-open]");
    // a new tab or window is the browser's business
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { sort, open } = target.dataset;
    setTriggerValue(sort ? "sort" : "open", sort ?? open);
  };
}
