using System.Text.Json;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using HubertSharp.Training.Updates;

namespace HubertSharp.Tests.Interop.Fairseq;

/// <summary>Optimizer and schedule as <c>adam5.json</c> describes them.</summary>
internal static class AdamFixture
{
    public static FairseqAdam Optimizer(ParameterStore parameters, JsonElement adam5)
    {
        var optimizer = adam5.GetProperty("optimizer");
        var betas = optimizer.GetProperty("betas").EnumerateArray().Select(b => b.GetDouble()).ToArray();
        return new FairseqAdam(parameters, new AdamConfig
        {
            AdamBetas = (betas[0], betas[1]),
            AdamEps = optimizer.GetProperty("eps").GetDouble(),
            WeightDecay = optimizer.GetProperty("weight_decay").GetDouble(),
        });
    }

    public static PolynomialDecay Schedule(JsonElement adam5)
    {
        var scheduler = adam5.GetProperty("lr_scheduler");
        return new PolynomialDecay(new PolynomialDecayConfig
        {
            WarmupUpdates = scheduler.GetProperty("warmup_updates").GetInt32(),
            TotalNumUpdate = scheduler.GetProperty("total_num_update").GetDouble(),
            Power = scheduler.GetProperty("power").GetDouble(),
            EndLearningRate = scheduler.GetProperty("end_learning_rate").GetDouble(),
            Lr = [scheduler.GetProperty("peak_lr").GetDouble()],
        });
    }
}
