import { describe, expect, test } from "bun:test";
import { showAddress } from "../../src/address.ts";
import { hideSecrets } from "../../src/secrets.ts";

/** As makers of cameras and sites write them; what is secret has SECRET in it, or a part of it. */
const addresses: [string, string, string][] = [
  ["Hikvision", "rtsp://admin:SECRET@192.168.1.64:554/Streaming/Channels/101", "rtsp://admin:***@192.168.1.64:554/Streaming/Channels/101"],
  [
    "Hikvision, with parameters",
    "rtsp://admin:SECRET@cam/Streaming/Channels/101?transportmode=unicast&profile=Profile_1",
    "rtsp://admin:***@cam/Streaming/Channels/101?transportmode=unicast&profile=Profile_1",
  ],
  ["Dahua", "rtsp://admin:SECRET@cam/cam/realmonitor?channel=1&subtype=0", "rtsp://admin:***@cam/cam/realmonitor?channel=1&subtype=0"],
  ["Dahua, signed", "rtsp://cam/cam/realmonitor?channel=1&subtype=0&authbasic=SECRET", "rtsp://cam/cam/realmonitor?channel=1&subtype=0&authbasic=***"],
  ["Reolink", "http://cam/flv?port=1935&app=bcs&user=admin&password=SECRET", "http://cam/flv?port=1935&app=bcs&user=admin&password=***"],
  ["Reolink, H.264", "rtsp://admin:SECRET@cam/h264Preview_01_main", "rtsp://admin:***@cam/h264Preview_01_main"],
  [
    "Foscam",
    "http://cam:88/cgi-bin/CGIStream.cgi?cmd=GetMJStream&usr=admin&pwd=SECRET",
    "http://cam:88/cgi-bin/CGIStream.cgi?cmd=GetMJStream&usr=admin&pwd=***",
  ],
  [
    "Axis",
    "rtsp://root:SECRET@cam/axis-media/media.amp?videocodec=h264&resolution=640x480&camera=1",
    "rtsp://root:***@cam/axis-media/media.amp?videocodec=h264&resolution=640x480&camera=1",
  ],
  [
    "ONVIF",
    "rtsp://user:SECRET@10.0.0.5/onvif-media/media.amp?profile=profile_1_h264&sessiontimeout=60&streamtype=unicast",
    "rtsp://user:***@10.0.0.5/onvif-media/media.amp?profile=profile_1_h264&sessiontimeout=60&streamtype=unicast",
  ],
  ["XMEye", "rtsp://10.0.0.7:554/user=admin&password=SECRET&channel=1&stream=0.sdp?", "rtsp://10.0.0.7:554/user=admin&password=***&channel=1&stream=0.sdp?"],
  [
    "XMEye, older",
    "rtsp://10.0.0.7/user=admin_password=SEC_RET_channel=1_stream=0.sdp?real_stream",
    "rtsp://10.0.0.7/user=admin_password=***_channel=1_stream=0.sdp?real_stream",
  ],
  ["a password in the path, with what could end it", "rtsp://10.0.0.7/user=admin&password=SEC/RET&", "rtsp://10.0.0.7/user=admin&password=***"],
  ["a login in the path", "rtsp://10.0.0.7:554/0/admin:SECRET/main", "rtsp://10.0.0.7:554/0/admin:***/main"],
  ["UniFi, by a token", "rtsps://10.0.0.1:7441/aB3dEfGh1JkLmN0p?enableSrtp", "rtsps://10.0.0.1:7441/***?enableSrtp"],
  ["a path with a UUID", "http://nvr:8080/550e8400-e29b-41d4-a716-446655440000/mjpeg/1", "http://nvr:8080/***/mjpeg/1"],
  ["a token in the path", "https://cdn.example/token/SECRET/live.m3u8", "https://cdn.example/token/***/live.m3u8"],
  ["an encoded address in the path", "http://proxy/rtsp%3A%2F%2Fu%3ASECRET%40cam", "http://proxy/rtsp://u:***"],
  ["a stream key behind a query", "rtmp://host/app?channel=1/SECRET", "rtmp://host/app?channel=***"],
  ["an e-mail address as the user", "rtsp://me@mail.example:SECRET@cam/1", "rtsp://***:***@cam/1"],
  ["a login as Tenvis has it", "http://cam/live?loginuse=admin&loginpas=SECRET", "http://cam/live?loginuse=***&loginpas=***"],
  ["a login in one parameter", "http://cam/x?user=admin:SECRET&starttime=12:00:00", "http://cam/x?user=***&starttime=12:00:00"],
  ["a user with a dot, and a password with a query in it", "rtsp://john.doe:12?S=ECRET@10.0.0.7/1", "rtsp://john.doe:***@10.0.0.7/1"],
  ["television", "http://tv.example:8080/live/me/SECRET/123.ts", "http://tv.example:8080/live/me/***/123.ts"],
  ["a stream key", "rtmp://a.rtmp.youtube.com/live2/SECR-ETSE-CRET", "rtmp://a.rtmp.youtube.com/live2/***"],
  ["a stream key and a signature", "rtmps://live.example:443/rtmp/SECRET?s_bl=SECRET", "rtmps://live.example:443/rtmp/***?s_bl=***"],
  ["an application alone", "rtmp://host/live", "rtmp://host/live"],
  ["a stream key alone", "rtmp://host/SECRET", "rtmp://host/***"],
  [
    "SRT",
    "srt://10.0.0.1:9000?mode=caller&latency=200&passphrase=SECRET&pbkeylen=16",
    "srt://10.0.0.1:9000?mode=caller&latency=200&passphrase=***&pbkeylen=16",
  ],
  ["SRT, with a stream's id", "srt://10.0.0.1:9000?streamid=#!::r=cam,s=SECRET&passphrase=SECRET", "srt://10.0.0.1:9000?streamid=***#***"],
  [
    "Amazon S3",
    "https://b.s3.amazonaws.com/v.mp4?X-Amz-Credential=SECRET&X-Amz-Signature=SECRET&X-Amz-Expires=600",
    "https://b.s3.amazonaws.com/v.mp4?X-Amz-Credential=***&X-Amz-Signature=***&X-Amz-Expires=***",
  ],
  ["other signatures", "https://h/v.m3u8?auth=SECRET&key=SECRET&sig=SECRET&secret=SECRET", "https://h/v.m3u8?auth=***&key=***&sig=***&secret=***"],
  ["a parameter that nobody knows", "https://h/v.m3u8?hdnts=SECRET;x=SECRET", "https://h/v.m3u8?hdnts=***;x=***"],
  ["a harmless name with a secret", "https://h/v.m3u8?stream=aB3dEfGh1JkLmN0pQr", "https://h/v.m3u8?stream=***"],
  ["a query that is a token", "https://h/v.m3u8?SECRET", "https://h/v.m3u8?***"],
  ["a query that is a token in base64", "https://h/v.m3u8?U0VDUkVU=", "https://h/v.m3u8?***"],
  ["a fragment", "https://h/v.m3u8#SECRET", "https://h/v.m3u8#***"],
  ["upper case", "RTSP://ADMIN:SECRET@CAM/USER=ADMIN&PASSWORD=SECRET&CHANNEL=1", "RTSP://ADMIN:***@CAM/USER=ADMIN&PASSWORD=***&CHANNEL=1"],
  ["percent-encoding", "rtsp://cam/user%3Dadmin%26p%61ssword%3DSECRET%26channel%3D1", "rtsp://cam/user=admin&password=***&channel=1"],
  ["percent-encoding, twice", "rtsp://cam/user%253Dadmin%2526password%253DSECRET", "rtsp://cam/user=admin&password=***"],
  ["an encoded name", "http://cam/?us%65r=admin&p%77d=SECRET", "http://cam/?us%65r=admin&***"],
  ["an encoded colon", "rtsp://admin%3ASECRET@cam/1", "rtsp://***@cam/1"],
  ["what is no encoding", "rtsp://cam/100%/password=SECRET", "rtsp://cam/100%/password=***"],
  ["IPv6", "rtsp://admin:SECRET@[fe80::1%25eth0]:554/1", "rtsp://admin:***@[fe80::1%25eth0]:554/1"],
  ["IPv6 without a login", "rtsp://[::1]:554/1", "rtsp://[::1]:554/1"],
  ["no user", "https://:SECRET@host/x", "https://:***@host/x"],
  ["no password", "rtsp://admin@cam/1", "rtsp://admin@cam/1"],
  ["a token as the user", "https://SECRET123@host/x", "https://***@host/x"],
  ["multicast", "udp://@239.0.0.1:5000?pkt_size=1316", "udp://@239.0.0.1:5000?pkt_size=1316"],
  ["no host", "rtsp://admin:SECRET", "rtsp://admin:***"],
  ["no scheme", "admin:SECRET@10.0.0.7/1", "admin:***@10.0.0.7/1"],
  ["an @ in the path", "https://cdn.example/@user/live.m3u8", "https://cdn.example/@user/live.m3u8"],
  ["an @ in the query", "rtsp://admin:SECRET@cam.example/1?mail=a@b.c", "rtsp://admin:***@cam.example/1?mail=***"],
  ["an address within", "http://proxy/rtsp://u:SECRET@cam/1", "http://proxy/rtsp://u:***@cam/1"],
  ["an address in the query", "http://proxy/?url=rtsp://u:SECRET@cam/1", "http://proxy/?url=***"],
  ["nothing to hide", "http://10.0.0.7:8080/cam 1/live.m3u8?fps=5", "http://10.0.0.7:8080/cam 1/live.m3u8?fps=5"],
];

describe("what is secret is hidden, and where the camera is stays:", () => {
  test.each(addresses)("%s", (_, address, shown) => {
    expect(showAddress(address)).toBe(shown);
    expect(showAddress(shown)).toBe(shown);
  });

  test.each(addresses.filter(([, address]) => !address.includes(" ")))("%s, in a sentence", (_, address, shown) => {
    expect(hideSecrets(`door: '${address}' cannot be opened: refused; trying again in 1 s.`)).toBe(
      `door: '${shown}' cannot be opened: refused; trying again in 1 s.`,
    );
  });

  test.each(["SEC@RET#1", "SE CRET", "SE?CRET", "SE/CRET", "SE:CRET", "S@E/C?R#E@T", "SE'CRET", 'SE"CRET', "SE\\CRET", "1/SECRET", "SE%40CRET", "SECRET@x.y"])(
    "the password %s",
    (password) => {
      for (const place of ["10.0.0.7/1", "cam:554/Streaming/Channels/1?channel=2", "[::1]:9/"]) {
        expect(showAddress(`rtsp://admin:${password}@${place}`)).toBe(`rtsp://admin:***@${place}`);
        expect(hideSecrets(`Connection to rtsp://admin:${password}@${place} failed`)).toBe(`Connection to rtsp://admin:***@${place} failed`);
      }
    },
  );
});
