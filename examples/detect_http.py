"""Sees what moves in a live stream, over plain HTTP: no Kafka client is needed to read it, H.264 comes as JPEG.

    python detect_http.py http://127.0.0.1:5000 video door | kt produce seen --json
"""
import json, sys, urllib.parse, urllib.request
import cv2, numpy

site, topic, key = sys.argv[1:4]
url = f"{site}/topics/{topic}/stream.mjpeg?{urllib.parse.urlencode({'key': key, 'format': 'jpeg', 'nosignal': 0})}"
background = cv2.createBackgroundSubtractorMOG2(history=200, detectShadows=False)

with urllib.request.urlopen(url) as stream:
    head = {}
    for line in stream:
        name, _, value = line.decode("latin1").strip().partition(": ")
        if value: head[name.lower()] = value
        if line.strip() or "content-length" not in head: continue
        picture = cv2.imdecode(numpy.frombuffer(stream.read(int(head["content-length"])), numpy.uint8), cv2.IMREAD_COLOR)
        moving = cv2.dilate(cv2.medianBlur(background.apply(picture), 5), None, iterations=3)
        outlines, _ = cv2.findContours(moving, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        boxes = [cv2.boundingRect(outline) for outline in outlines if cv2.contourArea(outline) > 400]
        seen = {"size": [picture.shape[1], picture.shape[0]], "objects": [{"label": "motion", "box": list(box)} for box in boxes[:50]]}
        headers = [{"name": "kt-offset", "value": head["x-offset"]}, {"name": "kt-topic", "value": topic}]
        print(json.dumps({"key": key, "timestamp": int(head["x-timestamp"]), "headers": headers, "value": json.dumps(seen)}), flush=True)
        head = {}
