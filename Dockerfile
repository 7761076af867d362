FROM debian:bookworm-slim AS build
WORKDIR /kt
# What changes seldom comes first: a change to the TypeScript builds neither librdkafka nor the addon again.
COPY package.json package-lock.json .npmrc ./
COPY scripts/native scripts/
COPY scripts/lib/setup.sh scripts/lib/native.mk scripts/lib/
COPY src/kafka/native src/kafka/native
RUN scripts/native
COPY . .
RUN scripts/build

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="kt" \
      org.opencontainers.image.description="Live video and live data on Kafka, and a page that shows it"
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates ffmpeg \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin kt
COPY --from=build /kt/dist/kt /usr/local/bin/kt
USER kt
# In a container kt serve must listen on every address to be reached: kt serve --host 0.0.0.0
EXPOSE 5000
ENTRYPOINT ["kt"]
CMD ["--help"]
