// Elements, made of names and texts only: nothing that somebody wrote is ever read as markup.

export function byId(id) {
  return document.getElementById(id);
}

// element("li", {className: "line"}, "text", child…)
export function element(tag, properties, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (key.includes("-") || key === "role" || key === "for") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

// A name, isolated so that its direction does not move what stands around it.
export function nameElement(name, className) {
  return element("bdi", { className }, name);
}

export function linkElement(address) {
  return element("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, address);
}

export function timeElement(at) {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return "";
  const short = moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return element("time", { dateTime: at, title: moment.toLocaleString() }, short);
}
