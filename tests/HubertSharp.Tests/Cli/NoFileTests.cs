using System.Diagnostics;
using System.Net.Sockets;
using HubertSharp.Cli;

namespace HubertSharp.Tests.Cli;

/// <summary>
/// A pipe that nobody writes to, a device without an end: every verb refuses what is no regular file, at once and in one line.
/// </summary>
public sealed class NoFileTests : IClassFixture<NoFileTests.Prepared>
{
    private readonly Prepared _data;

    public NoFileTests(Prepared data) => _data = data;

    [Theory]
    [InlineData("doctor {it}")]
    [InlineData("doctor {folder}/log.jsonl --reference {it}")]
    [InlineData("doctor {folder}/log.jsonl --labels {it}")]
    [InlineData("config show {it}")]
    [InlineData("config show --config-dir {folder} --config-name {it}")]
    [InlineData("pipeline {it} --out {folder}/o")]
    [InlineData("labels check --label-rate 100 --manifest {it} --labels {labels}")]
    [InlineData("labels check --label-rate 100 --manifest {manifest} --labels {it}")]
    [InlineData("labels check --label-rate 100 --manifest {manifest} --labels {labels} --dict {it}")]
    [InlineData("features mfcc --out {folder}/o --manifest {it}")]
    [InlineData("features hubert --out {folder}/o --manifest {manifest} --layer 1 --model {it}")]
    [InlineData("kmeans apply --out {folder}/o --features {features} --model {it}")]
    [InlineData("kmeans import {it} --out {folder}/o --model {folder} --layer 1")]
    [InlineData("kmeans score --features {features} --model {it}")]
    [InlineData("quality --label-rate 100 --manifest {manifest} --labels {labels} --reference {it}")]
    [InlineData("quality --label-rate 100 --manifest {it} --labels {labels} --reference {labels}")]
    [InlineData("probe --features mfcc --manifest {manifest} --reference {it}")]
    [InlineData("abx {features} {it} --manifest {manifest}")]
    [InlineData("abx items --reference {it} --out {folder}/o")]
    [InlineData("convert {it} {folder}/o --to huggingface")]
    [InlineData("convert {it} {folder}/o --to onnx")]
    [InlineData("onnx {it} {folder}/audio/train_00.wav")]
    [InlineData("pretrain --config-dir {folder} --config-name {it} --run {folder}/r")]
    public async Task It_is_refused_at_once(string command)
    {
        foreach (var name in new[] { "pipe", "zero", "socket" })
        {
            var error = await Fault(command.Replace("--config-name {it}", $"--config-name {name}").Replace("{it}", _data.At(name)));
            Assert.Contains("regular file", error.Replace("not a file that can be read", "no regular file"));
            Assert.Contains(name, error);
        }
    }

    [Theory]
    [InlineData("train_0_1.npy")]
    [InlineData("train_0_1.len")]
    [InlineData("train_0_1.features.json")]
    public async Task Nor_is_it_read_inside_a_folder(string name)
    {
        var features = _data.FeaturesWithPipe(name);
        Assert.Contains($"{name}: not a regular file", await Fault($"kmeans fit --features {features} --clusters 4 --out {features}/km"));
    }

    [Fact]
    public async Task A_manifest_leaves_it_out_with_the_reason()
    {
        var error = await Fault($"manifest {_data.At("odd")} --out {_data.At("m")}");
        Assert.Contains("not a regular file", error);
        Assert.Contains("3 skipped", error);
    }

    private async Task<string> Fault(string command)
    {
        var filled = command.Replace("{folder}", _data.At()).Replace("{manifest}", _data.At("train.tsv"))
            .Replace("{labels}", _data.At("train.km")).Replace("{features}", _data.At("features"));
        var error = new StringWriter();
        var run = Task.Run(() => CommandHost.RunAsync(HubertSharp.Cli.Program.CreateRoot(), filled.Split(' '), error));
        Assert.True(await Task.WhenAny(run, Task.Delay(Patience.Long)) == run, $"{filled} waits");
        Assert.True(await run == CommandHost.UserFault, $"{filled}: {error}");
        Assert.Equal(1, error.ToString().Count(c => c == '\n'));
        return error.ToString();
    }

    public sealed class Prepared : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly List<Socket> _sockets = [];

        public Prepared()
        {
            SmallCorpus.Write(_folder.FullName, trainUtterances: 2, validUtterances: 1);
            _folder.Write("train.km", "0 1\n1 0\n");
            _folder.Write("log.jsonl",
                string.Concat(Enumerable.Range(1, 5)
                    .Select(i => $"{{\"tag\":\"train_inner\",\"epoch\":1,\"update\":{i},\"loss\":{7 - i},\"loss_m_0\":{6 - i},"
                        + $"\"num_updates\":{i * 100},\"chance_bits\":7}}\n")));
            Directory.CreateDirectory(At("odd"));
            foreach (var place in new[] { "", "odd/" })
            {
                var ending = place.Length > 0 ? ".wav" : "";
                MakePipe(At($"{place}pipe{ending}"));
                File.CreateSymbolicLink(At($"{place}zero{ending}"), "/dev/zero");
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                socket.Bind(new UnixDomainSocketEndPoint(At($"{place}socket{ending}")));
                _sockets.Add(socket);
            }
            File.CreateSymbolicLink(At("pipe.yaml"), "pipe");
            File.CreateSymbolicLink(At("zero.yaml"), "/dev/zero");
            File.CreateSymbolicLink(At("socket.yaml"), "socket");
            var code = CommandHost.RunAsync(HubertSharp.Cli.Program.CreateRoot(),
                ["features", "mfcc", "--manifest", At("train.tsv"), "--out", At("features")], TextWriter.Null).Result;
            Assert.Equal(CommandHost.Done, code);
        }

        public string At(string name = "") => name.Length == 0 ? _folder.FullName : _folder.At(name);

        public string FeaturesWithPipe(string name)
        {
            var folder = Directory.CreateDirectory(At($"with {name}".Replace(' ', '-'))).FullName;
            foreach (var file in Directory.GetFiles(At("features")).Where(f => Path.GetFileName(f) != name))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            MakePipe(Path.Combine(folder, name));
            return folder;
        }

        public void Dispose()
        {
            _sockets.ForEach(s => s.Dispose());
            _folder.Dispose();
        }

        private static void MakePipe(string path)
        {
            using var make = Process.Start("mkfifo", [path]);
            make.WaitForExit();
        }
    }
}
