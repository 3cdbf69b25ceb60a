# Builds the page and the binary, then keeps only the binary.
FROM node:20-bookworm AS page
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM golang:1.26-bookworm AS binary
WORKDIR /src
COPY . .
COPY --from=page /src/web/dist web/dist
RUN go build -tags sqlite_fts5,duckdb_arrow -ldflags "-s -w" -o /headwater ./cmd/headwater

FROM debian:bookworm-slim
RUN useradd --create-home headwater && mkdir /data && chown headwater /data
USER headwater
COPY --from=binary /headwater /usr/local/bin/headwater
ENV HEADWATER_DATA_DIR=/data
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["headwater"]
CMD ["serve", "--listen", "0.0.0.0:8080"]
