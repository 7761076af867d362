FROM debian:bookworm-slim AS build
WORKDIR /kt
# What changes seldom comes first: a change to the TypeScript builds neither librdkafka nor the addon again, and
# fetches no ffmpeg.
COPY package.json package-lock.json .npmrc ./
COPY scripts/native scripts/
COPY scripts/lib/setup.sh scripts/lib/target.sh scripts/lib/sysroot.sh scripts/lib/native.mk scripts/lib/ffmpeg.sh scripts/lib/ffmpeg.txt scripts/lib/
COPY src/kafka/native src/kafka/native
# A certificate bundle that the builder mounts (behind a proxy) cannot be replaced, and Debian's ca-certificates,
# on which npm depends, does not install where it cannot replace it.
RUN if mountpoint -q /etc/ssl/certs/ca-certificates.crt; then \
      dpkg-divert --local --rename --add /usr/sbin/update-ca-certificates \
      && ln -s /bin/true /usr/sbin/update-ca-certificates; \
    fi \
 && scripts/native
RUN bash -euc '. scripts/lib/setup.sh; . scripts/lib/target.sh; . scripts/lib/ffmpeg.sh; use_target; ffmpeg_to_embed'
COPY . .
# docker build --build-arg KT_COMMIT=$(git rev-parse HEAD) says it exactly; without, it is what .git/HEAD says.
ARG KT_COMMIT=
RUN scripts/build && dist/kt --version | grep -q ' inside)' && ! dist/kt --version | grep -q 'no ffmpeg inside'

# What kt needs of Debian, as one layer: without the package lists and manuals that a base image may bring.
FROM debian:bookworm-slim AS system
RUN rm -rf /var/lib/apt/lists /var/cache/apt /var/cache/debconf /var/log/* /usr/share/man /usr/share/info /usr/share/locale /tmp/* \
 && find /usr/share/doc -type f ! -name copyright -delete \
 && echo 'kt:x:10001:10001::/nonexistent:/usr/sbin/nologin' >>/etc/passwd \
 && echo 'kt:x:10001:' >>/etc/group
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /kt/dist/LICENSE /kt/dist/THIRD-PARTY-LICENSES.txt /kt/dist/kt.cdx.json /usr/share/doc/kt/

FROM scratch
ARG KT_COMMIT=
LABEL org.opencontainers.image.title="kt" \
      org.opencontainers.image.description="Live video and live data on Kafka, and a page that shows it" \
      org.opencontainers.image.licenses="Apache-2.0 AND GPL-3.0-or-later" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="$KT_COMMIT" \
      org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim"
COPY --from=system / /
COPY --from=build /kt/dist/kt /usr/local/bin/kt
# A broker that is started together with kt may come up later. Nothing is written anywhere: the root may be read-only.
ENV PATH=/usr/local/bin:/usr/bin:/bin KT_WAIT=1
USER 10001:10001
EXPOSE 5000
# Of kt serve. For a kt emit-video, give it --metrics-port and ask that one; for others, --no-healthcheck.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["kt", "health"]
# With --network host, kt serve is as it is outside. Behind a published port it must listen on every address, with a
# token: docker run -p 5000:5000 -e KT_TOKEN=secret -e KT_BROKERS=… kt serve --host 0.0.0.0
ENTRYPOINT ["kt"]
CMD ["--help"]
