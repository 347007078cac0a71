using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using HubertSharp.Training.Updates;
using TorchSharp;

namespace HubertSharp.Tests.Training.Updates;

public class OptimizerTests
{
    [Theory]
    [InlineData(ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16)]
    public void Adam_is_fairseqs_formula(ComputePrecision precision)
    {
        var specs = new ParameterSpec[] { new("a", [100, 777]), new("b", [5]) };
        using var store = new ParameterStore(specs, precision, torch.CPU);
        var random = new SeededRandom(3);
        store.CopyFrom(info => [.. Enumerable.Range(0, (int)info.Count).Select(_ => (float)random.NextNormal())]);
        using var adam = new FairseqAdam(store, new AdamConfig { AdamBetas = (0.9, 0.98), AdamEps = 1e-6, WeightDecay = 0.01 });
        var expected = store.Infos.Select(store.Values).Select(v => v.Select(x => (double)x).ToArray()).ToArray();
        var first = expected.Select(v => new double[v.Length]).ToArray();
        var second = expected.Select(v => new double[v.Length]).ToArray();
        for (var t = 1; t <= 4; t++)
        {
            using var scope = torch.NewDisposeScope();
            var gradients = torch.sin(torch.arange(store.Gradients.numel(), torch.float32) * t) * 3;
            store.Gradients.copy_(gradients);
            for (var p = 0; p < expected.Length; p++)
            {
                var g = store.GradientValues(store.Infos[p]);
                for (var i = 0; i < g.Length; i++)
                {
                    var scaled = g[i] * 0.5;
                    first[p][i] = 0.9 * first[p][i] + 0.1 * scaled;
                    second[p][i] = 0.98 * second[p][i] + 0.02 * scaled * scaled;
                    var rate = 1e-2 * Math.Sqrt(1 - Math.Pow(0.98, t)) / (1 - Math.Pow(0.9, t));
                    expected[p][i] = expected[p][i] * (1 - 1e-2 * 0.01) - rate * first[p][i] / (Math.Sqrt(second[p][i]) + 1e-6);
                }
            }
            adam.Update(1e-2, 0.5);
        }
        for (var p = 0; p < expected.Length; p++)
        {
            var values = store.Values(store.Infos[p]);
            for (var i = 0; i < values.Length; i++)
                Assert.Equal(expected[p][i], values[i], 2e-5);
        }
        using (torch.NewDisposeScope())
        {
            // the compute copy is the rounded master
            var rounded = torch.tensor(store.Values(store.Infos[0]))
                .to_type(precision == ComputePrecision.BFloat16 ? torch.bfloat16 : torch.float32);
            Assert.Equal(rounded.to_type(torch.float32).data<float>().ToArray(),
                store["a"].detach().to_type(torch.float32).view(-1).data<float>().ToArray());
        }
        Assert.Equal(4, adam.Updates);
    }

    [Fact]
    public void An_update_that_the_host_does_not_look_at_is_the_same_and_one_that_is_not_finite_changes_nothing()
    {
        var specs = new ParameterSpec[] { new("a", [100, 77]), new("first", [500], Group: 0), new("second", [300], Group: 1) };
        var config = new AdamConfig { AdamBetas = (0.9, 0.98), AdamEps = 1e-6, WeightDecay = 0.01 };
        using var seen = new ParameterStore(specs, ComputePrecision.Float32, torch.CPU);
        using var unseen = new ParameterStore(specs, ComputePrecision.BFloat16, torch.CPU);
        foreach (var store in (ParameterStore[])[seen, unseen])
            store.CopyFrom(info => [.. Enumerable.Range(0, (int)info.Count).Select(i => MathF.Cos(i))]);
        using var reference = new FairseqAdam(seen, config);
        using var adam = new FairseqAdam(unseen, config);
        for (var t = 1; t <= 6; t++)
        {
            using var scope = torch.NewDisposeScope();
            using var guard = torch.no_grad();
            var gradients = torch.sin(torch.arange(seen.Gradients.numel(), torch.float32) * t) * 300;
            foreach (var info in seen.Infos)
            {
                foreach (var store in (ParameterStore[])[seen, unseen])
                    store.Gradients.narrow(0, info.Offset, info.Count).copy_(gradients.narrow(0, info.Offset, info.Count));
            }
            HashSet<int> idle = t is 1 or 4 ? [1] : [];
            var loss = torch.tensor(t == 5 ? double.NaN : 1.0, torch.float64);
            if (t is 1 or 3)
                unseen.Gradients[700] = t == 1 ? float.NaN : float.PositiveInfinity;
            var norm = adam.UpdateUnseen(1e-2, 50, 10, loss, idle).item<double>();
            if (t is 1 or 3 or 5)
            {
                Assert.Equal(t != 5, !double.IsFinite(norm));
                continue;
            }
            var expected = reference.GradientNorm() / 50;
            Assert.Equal(expected, norm, 1e-9 * expected);
            Assert.True(norm > 10);
            reference.Update(1e-2, FairseqAdam.ClipCoefficient(expected, 10) / 50, idle);
            adam.Count(idle);
        }
        Assert.Equal((reference.Updates, 3L), (adam.Updates, adam.Updates));
        Assert.Equal(reference.GroupSkips, adam.GroupSkips);
        foreach (var info in seen.Infos)
        {
            Assert.Equal(seen.Values(info).Select(v => (double)v), unseen.Values(info).Select(v => (double)v),
                (a, b) => Math.Abs(a - b) < 2e-6);
            using var scope = torch.NewDisposeScope();
            Assert.Equal(torch.tensor(unseen.Values(info)).to_type(unseen[info.Name].dtype).to_type(torch.float32).data<float>().ToArray(),
                unseen[info.Name].detach().to_type(torch.float32).view(-1).data<float>().ToArray());
        }
    }

    [Fact]
    public void Clipping_is_fairseqs()
    {
        Assert.Equal(1, FairseqAdam.ClipCoefficient(3, 10));
        Assert.Equal(10 / (40 + 1e-6), FairseqAdam.ClipCoefficient(40, 10), 1e-12);
        Assert.Equal(1, FairseqAdam.ClipCoefficient(40, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Adamw_is_torchs(bool unseen)
    {
        // eps is of the size of the averages, so that its place shows
        var config = new AdamWConfig { AdamBetas = (0.9, 0.98), AdamEps = 0.5, WeightDecay = 0.1 };
        using var store = new ParameterStore([new("a", [100, 77]), new("b", [5])], ComputePrecision.Float32, torch.CPU);
        store.CopyFrom(info => [.. Enumerable.Range(0, (int)info.Count).Select(i => MathF.Cos(i))]);
        using var adam = new FairseqAdam(store, config);
        using var scope = torch.NewDisposeScope();
        var expected = store.Infos.Select(info => new TorchSharp.Modules.Parameter(torch.tensor(store.Values(info)))).ToArray();
        using var reference = torch.optim.AdamW(expected, lr: 1e-2, beta1: 0.9, beta2: 0.98, eps: 0.5, weight_decay: 0.1);
        for (var t = 1; t <= 4; t++)
        {
            using (torch.no_grad())
            {
                store.Gradients.copy_(torch.sin(torch.arange(store.Gradients.numel(), torch.float32) * t) * 3);
                foreach (var (info, parameter) in store.Infos.Zip(expected))
                    parameter.grad = torch.tensor(store.GradientValues(info)) * 0.5f;
            }
            reference.step();
            if (unseen)
            {
                using var guard = torch.no_grad();
                _ = adam.UpdateUnseen(1e-2, 2, 0, torch.tensor(1.0), idleGroups: null);
                adam.Count(idleGroups: null);
            }
            else
                adam.Update(1e-2, 0.5);
        }
        foreach (var (info, parameter) in store.Infos.Zip(expected))
        {
            var (values, theirs) = (store.Values(info), parameter.detach().data<float>().ToArray());
            for (var i = 0; i < values.Length; i++)
                Assert.Equal(theirs[i], values[i], 1e-6f);
        }
    }

    [Fact]
    public void Adamws_default_decay_is_torchs() =>
        Assert.Equal((0.01, 0.0, 1e-8), (new AdamWConfig().WeightDecay, new AdamConfig().WeightDecay, new AdamWConfig().AdamEps));
}
