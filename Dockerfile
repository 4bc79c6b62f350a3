# The lab in a container: compose.yaml starts it. The second stage has nginx, too, for make scale.
FROM python:3.11-slim AS lab
WORKDIR /lab
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
 && useradd --create-home lab && install --directory --owner lab --mode 0700 /state
USER lab
# Where it listens is inside the container; compose.yaml says that only the host's loopback leads to it.
ENV LAB_STATE=/state LAB_ADDRESS=0.0.0.0 LAB_PUBLISHED=loopback PYTHONUNBUFFERED=1
VOLUME /state
CMD ["python", "-m", "lab.launch"]

FROM lab AS scale
USER root
RUN apt-get update && apt-get install --yes --no-install-recommends nginx-light && rm -rf /var/lib/apt/lists/*
USER lab
CMD ["python", "-m", "lab.scale"]
