# formcheck in a container: the wheel, the two system libraries that OpenCV links against, and a user without rights.
#
#   docker build -t formcheck .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/videos" formcheck analyze /videos/set.mp4 --out /videos/report
#   docker run --rm -v formcheck-data:/data -p 127.0.0.1:8501:8501 formcheck app --listen 0.0.0.0 --i-know-there-is-no-login
#
# In the last line the app listens inside the container's own network, and -p 127.0.0.1 lets nobody but this computer in. It answers
# to localhost and 127.0.0.1; another name in the browser's address bar needs --name.

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /dist . && cp constraints.txt /dist/

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/*
RUN --mount=type=bind,from=build,source=/dist,target=/dist \
    pip install --no-cache-dir -c /dist/constraints.txt /dist/formcheck-*.whl
RUN useradd --create-home formcheck && install --directory --owner=formcheck --mode=0700 /data
USER formcheck
WORKDIR /home/formcheck
ENV FORMCHECK_HOME=/data
VOLUME /data
EXPOSE 8501
ENTRYPOINT ["formcheck"]
CMD ["--help"]
