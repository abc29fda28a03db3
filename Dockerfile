# syntax=docker/dockerfile:1
#
# docker build -t casebridge .                  the runtime image
# docker build --target test .                  builds and runs the unit tests
#
# docker run --read-only -v /etc/casebridge:/etc/casebridge:ro -p 8080:8080 casebridge

FROM debian:bookworm-slim AS build
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get update && apt-get install -y --no-install-recommends \
        g++ cmake ninja-build ca-certificates python3 \
        libboost1.81-dev libboost-json1.81-dev libboost-system1.81-dev libboost-url1.81-dev libboost-test1.81-dev \
        libssl-dev libjemalloc-dev libcli11-dev libspdlog-dev libfmt-dev prometheus-cpp-dev libvalijson-dev \
        librapidcheck-dev libbenchmark-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY src src
COPY config config
COPY mappings mappings
RUN cmake --preset release -DCASEBRIDGE_BENCH=OFF \
    && cmake --build --preset release --target casebridge casebridge-sandbox \
    && strip build/release/casebridge build/release/casebridge-sandbox

FROM build AS test
COPY tests tests
COPY tools tools
COPY docs docs
RUN cmake --preset ci && cmake --build --preset ci && ctest --preset ci

FROM debian:bookworm-slim AS runtime
LABEL org.opencontainers.image.title="casebridge" \
      org.opencontainers.image.description="A translating proxy between the case APIs of Tracecat and ThreatConnect" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN apt-get update && apt-get install -y --no-install-recommends \
        ca-certificates libboost-json1.81.0 libboost-url1.81.0 libboost-container1.81.0 \
        libssl3 libjemalloc2 libspdlog1.10 libfmt9 libprometheus-cpp-core1.0 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/build/release/casebridge /src/build/release/casebridge-sandbox /usr/local/bin/
COPY mappings /usr/share/casebridge/mappings
COPY config /usr/share/casebridge/config
COPY LICENSE /usr/share/doc/casebridge/LICENSE
ENV CASEBRIDGE_CONFIG=/etc/casebridge/casebridge.jsonc
USER 65532:65532
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s \
    CMD ["casebridge", "health", "--url", "http://127.0.0.1:9090/readyz"]
ENTRYPOINT ["casebridge"]
CMD ["serve"]
