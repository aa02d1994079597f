// Where a person is in a view that is drawn anew: she stays there, or as near as can be.

/** Draws; whoever was at something in `place` is at what stands there now, or at the place itself. */
export function keepingFocus(place, draw) {
  const trail = trailTo(document.activeElement, place);
  draw();
  if (!trail.length) return;
  trail.reduce((one, at) => one?.children[at], place)?.focus();
  if (!place.contains(document.activeElement)) place.focus();
}

/** Which child of which child, from `place` down. */
function trailTo(one, place) {
  const trail = [];
  for (let each = one; each !== place && place.contains(each); each = each.parentElement)
    trail.unshift([...each.parentElement.children].indexOf(each));
  return trail;
}
