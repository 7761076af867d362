"""A camera for tests: serves a clip by RTSP on 127.0.0.1, its H.264 untouched, over and over for each client.
usage: rtsp_server.py PORT CLIP NAME...   (rtsp://127.0.0.1:PORT/NAME); needs Debian's own python3 for gi"""
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer

Gst.init(None)
port, clip, *names = sys.argv[1:]
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(port)
for name in names:
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f'( filesrc location="{clip}" ! qtdemux ! h264parse config-interval=-1 ! rtph264pay name=pay0 pt=96 )')
    server.get_mount_points().add_factory(f"/{name}", factory)
if server.attach(None) == 0:
    sys.exit(f"port {port} is taken")
print(f"serving on {port}", flush=True)
GLib.MainLoop().run()
