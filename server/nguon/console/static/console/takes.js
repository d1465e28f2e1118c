// Recordings kept in this browser until the server has them: each second is written down as it is spoken, so that
// a phone that sleeps, a page that closes or a battery that runs out costs one second at most.

const open = () => new Promise((resolve, reject) => {
  const asked = indexedDB.open("nguon-takes", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("takes", { keyPath: "id" });
    asked.result.createObjectStore("parts", { keyPath: ["take", "n"] });
  };
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});
let opened = null;
const database = () => (opened ??= open());

const inside = async (mode, work) => {
  const transaction = (await database()).transaction(["takes", "parts"], mode);
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
  const asked = work(transaction.objectStore("takes"), transaction.objectStore("parts"));
  await done;
  return asked?.result;
};
const parts = (id) => IDBKeyRange.bound([id, 0], [id, Infinity]);

export const keep = (take) => inside("readwrite", (takes) => takes.put(take));
export const add = (take, n, samples, peaks) => inside("readwrite", (_, all) => all.put({ take, n, samples, peaks }));
export const forget = (id) => inside("readwrite", (takes, all) => { takes.delete(id); all.delete(parts(id)); });

// The newest recording of this person that the server does not have, with its samples; null when there is none.
export const leftOver = async (person) => {
  const all = await inside("readonly", (takes) => takes.getAll());
  const own = all.filter((take) => take.person === person).sort((one, other) => other.at - one.at);
  for (const take of own) {
    const kept = await inside("readonly", (_, store) => store.getAll(parts(take.id)));
    if (kept.length) return { take, kept };
    await forget(take.id);
  }
  return null;
};
