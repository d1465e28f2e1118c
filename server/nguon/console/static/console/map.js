// The map of the loudspeakers: communes as circles of their size, loudspeakers as points. No outside server is
// asked for anything; a background of tiles comes only where the operator has named one.
import * as maplibre from "../ui/vendor/maplibre-gl.mjs";

const box = document.querySelector("#map");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const STATES = ["calm", "live", "warn", "bad"];
const MENDED = "--ink-2"; // announced work: neither well nor wrong
const METRES_A_DEGREE = 111320;
const NEAR = 10; // from this zoom on loudspeakers are drawn, and not their communes alone
const MOST_NAMES = 400;
const SIGN = [90, 28]; // pixels

const circle = ([lng, lat], radius) => {
  const ring = [];
  for (let n = 0; n <= 48; n += 1) {
    const turn = (2 * Math.PI * n) / 48;
    ring.push([
      lng + (radius * Math.cos(turn)) / (METRES_A_DEGREE * Math.cos((lat * Math.PI) / 180)),
      lat + (radius * Math.sin(turn)) / METRES_A_DEGREE,
    ]);
  }
  return ring;
};
const areas = (all) => ({
  type: "FeatureCollection",
  features: all.filter((one) => one.properties.radius_m).map((one) => ({
    ...one,
    geometry: { type: "Polygon", coordinates: [circle(one.geometry.coordinates, one.properties.radius_m)] },
  })),
});
const points = (all) => ({ type: "FeatureCollection", features: all.filter((one) => !one.properties.radius_m) });
const painted = () => ["match", ["get", "state"], ...STATES.flatMap((name) => [name, colour(`--${name}`)]), "mended", colour(MENDED), colour("--calm")];

const style = () => {
  const sources = { areas: { type: "geojson", data: areas([]) }, points: { type: "geojson", data: points([]) } };
  const layers = [{ id: "ground", type: "background", paint: { "background-color": colour("--surface-2") } }];
  if (box.dataset.tiles) {
    sources.tiles = { type: "raster", tiles: [box.dataset.tiles], tileSize: 256 };
    layers.push({ id: "tiles", type: "raster", source: "tiles" });
  }
  layers.push(
    { id: "areas", type: "fill", source: "areas", paint: { "fill-color": painted(), "fill-opacity": 0.35 } },
    { id: "borders", type: "line", source: "areas", paint: { "line-color": painted(), "line-width": 1.5 } },
    {
      id: "points", type: "circle", source: "points",
      paint: { "circle-radius": ["case", ["has", "cluster"], 11, 8], "circle-color": painted(), "circle-stroke-width": 2, "circle-stroke-color": colour("--surface") },
    },
  );
  return { version: 8, sources, layers };
};

const named = (map, feature) => {
  const { cluster, name, online, radius_m: wide, state, total, url } = feature.properties;
  const sign = document.createElement(cluster ? "button" : "a");
  sign.className = `map-name ${state}`;
  sign.textContent = wide ? `${name} ${online}/${total}` : cluster ? String(total) : name;
  if (cluster) sign.setAttribute("aria-label", name);
  if (!cluster) sign.href = url;
  sign.addEventListener("click", (event) => {
    event.stopPropagation(); // what lies beneath is not meant
    if (cluster) closer(map, feature);
  });
  return new maplibre.Marker({ element: sign, anchor: wide ? "center" : "top" })
    .setLngLat(feature.geometry.coordinates)
    .addTo(map);
};
// Signs that would lie on one another are left out until somebody comes closer.
const apart = (map, all) => {
  const placed = [];
  return all.filter((one) => {
    const at = map.project(one.geometry.coordinates);
    const free = placed.every((other) => Math.abs(other.x - at.x) > SIGN[0] || Math.abs(other.y - at.y) > SIGN[1]);
    if (free) placed.push(at);
    return free;
  });
};
const closer = (map, feature) => map.easeTo({ center: feature.geometry.coordinates, zoom: map.getZoom() + 2 });
const open = (map, feature) => {
  if (feature.properties.cluster) closer(map, feature); else location.href = feature.properties.url;
};
const asked = async (shown) => {
  const address = new URL(box.dataset.address, location.href);
  if (shown) address.searchParams.set("khung", shown);
  return (await (await fetch(address)).json()).features;
};

// Seen from near, the loudspeakers of what is shown are asked for. The server gives one point for many that
// stand close together, so no answer is large; an answer that comes after a later question is left.
const looker = (map, first) => {
  let [turn, signs, known] = [0, [], first];
  const draw = (all) => {
    for (const one of signs) one.remove();
    signs = apart(map, all).slice(0, MOST_NAMES).map((one) => named(map, one));
    map.getSource("points").setData(points(all));
    box.dataset.points = String(points(all).features.length);
  };
  draw(first);
  return async (fresh) => {
    turn += 1;
    const mine = turn;
    known = fresh ?? known;
    if (map.getZoom() < NEAR || box.dataset.refresh) { draw(known); return; }
    const shown = map.getBounds().toArray().flat().map((degrees) => degrees.toFixed(5)).join(",");
    const found = await asked(shown);
    if (mine === turn) draw([...known.filter((one) => one.properties.radius_m), ...found]);
  };
};

const begin = async () => {
  maplibre.setWorkerUrl(new URL("../ui/vendor/maplibre-gl-worker.mjs", import.meta.url).href);
  const all = await asked();
  if (!all.length) { box.querySelector("[data-map-empty]").hidden = false; return; }
  const bounds = new maplibre.LngLatBounds();
  for (const one of all) for (const place of one.properties.radius_m ? circle(one.geometry.coordinates, one.properties.radius_m) : [one.geometry.coordinates]) bounds.extend(place);
  const map = new maplibre.Map({
    container: box, style: style(), bounds, fitBoundsOptions: { padding: 40, maxZoom: 15 }, attributionControl: false,
  });
  map.addControl(new maplibre.NavigationControl({ showCompass: false }));
  map.on("load", () => {
    map.getSource("areas").setData(areas(all));
    const look = looker(map, all);
    map.on("moveend", () => look().catch(() => {}));
    const anew = async () => { // a page that stays open draws what has changed meanwhile
      const fresh = await asked();
      map.getSource("areas").setData(areas(fresh));
      await look(fresh);
    };
    if (box.dataset.refresh) setInterval(() => anew().catch(() => {}), 1000 * Number(box.dataset.refresh));
    map.on("click", (event) => {
      const [top] = map.queryRenderedFeatures(event.point, { layers: ["areas", "points"] });
      if (top) open(map, top);
    });
    box.dataset.ready = "1";
  });
};
begin().catch(() => { box.querySelector("[data-map-fault]").hidden = false; });
