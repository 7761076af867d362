"""Sees people and what moves in a topic of video, and writes it to a topic of detections, frame by frame.

    python detect.py localhost:9092 video seen               # live: skips to the newest frame when it is too slow
    python detect.py localhost:9092 video seen --from start  # over what is recorded, every frame of it

Needs kafka-python, opencv-contrib-python-headless (any version; of opencv-python-headless one before 5, later ones have no
detector of people and see only what moves), and frames that are pictures of their own: kt emit-video --codec mjpeg.
"""
import argparse, json, sys
import cv2, numpy
from kafka import KafkaConsumer, KafkaProducer

options = argparse.ArgumentParser()
for name in ("brokers", "video", "seen"): options.add_argument(name)
options.add_argument("--from", dest="begin", choices=["start", "end"], default="end")
options.add_argument("--exit", action="store_true", help="end where nothing more came for five seconds")
asked = options.parse_args()

reader = KafkaConsumer(asked.video, bootstrap_servers=asked.brokers, max_partition_fetch_bytes=16 << 20, max_poll_records=500,
                       auto_offset_reset={"start": "earliest", "end": "latest"}[asked.begin],
                       consumer_timeout_ms=5000 if asked.exit else float("inf"))
writer = KafkaProducer(bootstrap_servers=asked.brokers, linger_ms=0)
people = cv2.HOGDescriptor() if hasattr(cv2, "HOGDescriptor") else None
if not people: print("this OpenCV has no detector of people: pip install opencv-contrib-python-headless", file=sys.stderr)
if people: people.setSVMDetector(cv2.HOGDescriptor_getDefaultPeopleDetector())
motion = {}  # a stream's background, by its key


def see(stream, picture):
    """What is seen in a picture, with boxes in pixels of one that is 640 wide."""
    scale = 640 / picture.shape[1]
    small = cv2.resize(picture, None, fx=scale, fy=scale)
    boxes, weights = people.detectMultiScale(small, winStride=(8, 8), scale=1.1) if people else ([], [])
    objects = [{"label": "person", "score": float(min(1, w)), "box": [int(n) for n in b]} for b, w in zip(boxes, weights)]
    background = motion.setdefault(stream, cv2.createBackgroundSubtractorMOG2(history=200, detectShadows=False))
    moving = cv2.dilate(cv2.medianBlur(background.apply(small), 5), None, iterations=3)
    outlines, _ = cv2.findContours(moving, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = [cv2.boundingRect(outline) for outline in outlines if cv2.contourArea(outline) > 400]
    objects += [{"label": "motion", "box": list(box)} for box in found[:50]]
    return {"size": [small.shape[1], small.shape[0]], "objects": objects}


def frames():
    """From the start every one; live the newest of each stream, and what came before it meanwhile is left out."""
    if asked.begin == "start" or asked.exit: return (yield from reader)
    while True:
        newest = {frame.key: frame for part in reader.poll(1000).values() for frame in part}
        yield from sorted(newest.values(), key=lambda frame: frame.timestamp)


for frame in frames():
    picture = cv2.imdecode(numpy.frombuffer(frame.value, numpy.uint8), cv2.IMREAD_COLOR) if frame.value else None
    if picture is None: continue  # the mark of an ended source, or H.264
    of = [(name, value) for name, value in frame.headers if name in ("kt-run", "kt-seq")]
    writer.send(asked.seen, json.dumps(see(frame.key, picture)).encode(), key=frame.key, headers=of, timestamp_ms=frame.timestamp)
    writer.flush()
