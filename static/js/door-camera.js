// Reads the QR code with the tablet's camera where the browser can (BarcodeDetector). Scanners
// that type, and fingers, need none of this.
const button = document.querySelector("#camera");
const finder = document.querySelector("#viewfinder");

if (button && "BarcodeDetector" in window && navigator.mediaDevices) {
  const kinds = await BarcodeDetector.getSupportedFormats();
  if (kinds.includes("qr_code")) {
    offer(new BarcodeDetector({ formats: ["qr_code"] }));
  }
}

function offer(detector) {
  const video = finder.querySelector("video");
  const trouble = finder.querySelector("[role=alert]");
  let stream;

  button.hidden = false;
  button.addEventListener("click", open);
  finder.querySelector("button").addEventListener("click", close);

  async function open() {
    finder.hidden = false;
    trouble.hidden = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } });
      video.srcObject = stream;
      await video.play();
      read();
    } catch {
      trouble.hidden = false;
    }
  }

  function close() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = undefined;
    finder.hidden = true;
    button.focus();
  }

  async function read() {
    while (stream) {
      const [code] = await detector.detect(video).catch(() => []);
      if (code) {
        const form = document.querySelector("#home form");
        form.elements.reference.value = code.rawValue;
        close();
        form.requestSubmit();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}
