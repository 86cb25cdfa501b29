"""The commands of the documentation that are not run as they stand there: why, and what stands in for it."""

ANOTHER_MACHINE = "it changes the machine, as root; tests/house/test_deploy.py checks the unit that it installs"
INSTALLS = "it takes packages from the network; .ci/run installs the same lock file on every run"
CONTAINERS = "it needs a container engine; tests/house/test_deploy.py runs what is in the file"
POSTGRES_ROLE = "it needs the role of a database's administrator; tests/postgres.py makes the databases of the tests"
BENCHMARK = "it measures for minutes; tests/benchmarks runs its parts with small numbers"
THE_IMAGES = "it is what the image runs: tests/house/test_deploy.py starts it, asks for its health, and stops it"
ON_THE_INTERNET = "it asks a server on the internet; tests/core/test_tool_servers.py asks local ones for their tools"
A_SHARD = "the local Discord gives each shard a turn in five seconds; tests/journeys/discord/test_sharding.py runs it"

NOT_RUN = {
    "parley run": THE_IMAGES,
    "parley tools show tickets": ON_THE_INTERNET,
    "sudo useradd --system --home-dir /var/lib/parley --shell /usr/sbin/nologin parley": ANOTHER_MACHINE,
    "sudo python3 -m venv /opt/parley/.venv": ANOTHER_MACHINE,
    "sudo /opt/parley/.venv/bin/pip install --require-hashes --requirement requirements.lock": INSTALLS,
    "sudo /opt/parley/.venv/bin/pip install --no-deps --no-build-isolation .": INSTALLS,
    "sudo install -d -o root -g parley -m 750 /etc/parley": ANOTHER_MACHINE,
    "sudo install -o root -g parley -m 640 .env /etc/parley/env": ANOTHER_MACHINE,
    "sudo install -d -o parley -g parley -m 700 /var/lib/parley": ANOTHER_MACHINE,
    "sudo ln -s /etc/parley/env /var/lib/parley/.env": ANOTHER_MACHINE,
    "sudo install -m 644 deploy/parley.service /etc/systemd/system/parley.service": ANOTHER_MACHINE,
    "sudo systemctl daemon-reload": ANOTHER_MACHINE,
    "sudo systemctl enable --now parley": ANOTHER_MACHINE,
    "docker build --file deploy/Containerfile --tag parley .": CONTAINERS,
    "docker run --detach --name parley --env-file .env --env PORT=8080 --volume parley:/data --stop-timeout 60"
    " --restart on-failure parley": CONTAINERS,
    "docker logs --follow parley": CONTAINERS,
    "docker exec parley parley persona list": CONTAINERS,
    "sudo -u postgres createuser --pwprompt parley": POSTGRES_ROLE,
    "sudo -u postgres createdb --owner parley parley": POSTGRES_ROLE,
    "PARLEY_DISCORD_SHARDS=0-7/16 parley run discord": A_SHARD,
    "PARLEY_DISCORD_SHARDS=8-15/16 parley run discord": A_SHARD,
    "python -m benchmarks --replies 1,20,100,300 --repeats 1": BENCHMARK,
    "python -m benchmarks --limits on --channels 10 --replies 40,100 --platforms slack": BENCHMARK,
    "python -m benchmarks --replies 1000 --tokens 600 --speed 30 --over 20": BENCHMARK,
    "python -m benchmarks simulate": BENCHMARK,
    "python -m benchmarks history": BENCHMARK,
    "python -m benchmarks.soak --minutes 30 --conversations 1000 --at-once 300": BENCHMARK,
}
