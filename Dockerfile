# The command line: docker build -t eks-auditor . && docker run --rm eks-auditor --help
FROM node:24-slim AS build
WORKDIR /checkout
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm pack --pack-destination /tmp \
  && mkdir /package \
  && tar --extract --gzip --file /tmp/eks-auditor-*.tgz --directory /package --strip-components 1

FROM node:24-slim
COPY --from=build /package /opt/eks-auditor
USER node
WORKDIR /work
ENTRYPOINT ["node", "/opt/eks-auditor/dist/command/eks-auditor.js"]
CMD ["--help"]
