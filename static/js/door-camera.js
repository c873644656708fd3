// Reads the QR code with the tablet's camera: by the browser's own reader where it has one
// (BarcodeDetector), else by a library (jsQR) that is fetched when the camera is first opened.
// Scanners that type, and fingers, need none of this.
const button = document.querySelector("#camera");
const finder = document.querySelector("#viewfinder");
const PAUSE = 300;
// Wide enough for a code held half a metre away; a larger picture only takes longer
const WIDTH = 640;

if (button && navigator.mediaDevices) {
  offer();
}

function offer() {
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
      const [read, opened] = await Promise.all([
        reader(),
        navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } }),
      ]);
      stream = opened;
      video.srcObject = stream;
      await video.play();
      look(read);
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

  async function look(read) {
    while (stream) {
      const text = await read(video).catch(() => "");
      if (text && stream) {
        const form = document.querySelector("#home form");
        form.elements.reference.value = text;
        close();
        form.requestSubmit();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

// What reads a video's current picture: resolves with the text of its code, if there is one.
async function reader() {
  const kinds = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats() : [];
  if (kinds.includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  }
  await import(finder.dataset.reader); // no module: it makes a global of itself
  const picture = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  return async (video) => readPicture(picture, video);
}

function readPicture(picture, video) {
  const { canvas } = picture;
  const scale = Math.min(1, WIDTH / video.videoWidth);
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  picture.drawImage(video, 0, 0, canvas.width, canvas.height);
  const { data, width, height } = picture.getImageData(0, 0, canvas.width, canvas.height);
  return window.jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data;
}
