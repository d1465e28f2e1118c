// Security keys: a form with data-touch is sent only after the person has touched a key for it. What the key
// signs stands in the page, or is asked for at data-ask when the person presses the button.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

export const get = async ({ challenge, rp, keys }) => {
  const found = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(challenge),
      rpId: rp,
      userVerification: "required",
      allowCredentials: keys.split(",").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) })),
    },
  });
  const { authenticatorData, clientDataJSON, signature, userHandle } = found.response;
  const response = { authenticatorData: text(authenticatorData), clientDataJSON: text(clientDataJSON), signature: text(signature) };
  if (userHandle) response.userHandle = text(userHandle);
  return { id: found.id, rawId: text(found.rawId), type: found.type, response };
};

const create = async ({ challenge, rp, handle, person, account, keys }) => {
  const found = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(challenge),
      rp: { id: rp, name: "Nguồn" },
      user: { id: bytes(handle), name: account, displayName: person },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -8 }, { type: "public-key", alg: -257 }],
      authenticatorSelection: { userVerification: "required", residentKey: "preferred" },
      excludeCredentials: keys.split(",").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) })),
      attestation: "none",
    },
  });
  const { attestationObject, clientDataJSON } = found.response;
  const response = { attestationObject: text(attestationObject), clientDataJSON: text(clientDataJSON) };
  return { id: found.id, rawId: text(found.rawId), type: found.type, response };
};

const challenge = async (form) => {
  if (!form.dataset.ask) return form.dataset.challenge;
  const answer = await fetch(form.dataset.ask, { method: "POST", body: new FormData(form) });
  if (!answer.ok) throw new Error(answer.statusText);
  return (await answer.json()).challenge;
};

for (const form of document.querySelectorAll("form[data-touch][hidden]")) form.hidden = !window.PublicKeyCredential;

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-touch]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button:not([type=button])");
  const fault = form.querySelector("[data-touch-fault]");
  button.disabled = true;
  fault.hidden = true;
  try {
    const said = await (form.dataset.touch === "create" ? create : get)({ ...form.dataset, challenge: await challenge(form) });
    form.querySelector("[name=hand]").value = JSON.stringify(said);
    form.submit();
  } catch {
    button.disabled = false;
    fault.hidden = false;
    fault.focus();
  }
});
