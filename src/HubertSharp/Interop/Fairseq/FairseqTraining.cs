using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.PyTorch;
using HubertSharp.Tensors;

namespace HubertSharp.Interop.Fairseq;

/// <summary>How far a fairseq checkpoint's training had come: updates, and Adam's averages.</summary>
internal sealed class FairseqTraining
{
    private readonly TorchFile _file;
    private readonly List<string> _notices;

    private FairseqTraining(TorchFile file, List<string> notices) => (_file, _notices) = (file, notices);

    /// <param name="specs">The parameters whose averages are wanted, in the order of <c>model.parameters()</c>; null for none.</param>
    public static TrainingState? Read(TorchFile file, List<ParameterSpec>? specs, List<string> notices)
    {
        var history = PlainValue.Item(file.Root, "optimizer_history") as List<object?>;
        if (PlainValue.Item(history?.LastOrDefault(), "num_updates") is not long updates)
            return null;
        var state = specs is null ? new TrainingState(updates, null, updates) : new FairseqTraining(file, notices).Moments(specs, updates);
        var extra = PlainValue.Item(file.Root, "extra_state");
        var iterator = PlainValue.Item(extra, "train_iterator");
        return state with
        {
            Epoch = (int)Math.Clamp(Steps(PlainValue.Item(iterator, "epoch")) ?? 1, 1, int.MaxValue),
            IterationsInEpoch = Math.Max(0, Steps(PlainValue.Item(iterator, "iterations_in_epoch")) ?? 0),
            Seconds = PlainValue.Item(extra, "previous_training_time") is double seconds and >= 0 and < double.PositiveInfinity
                ? seconds
                : Math.Max(0, Steps(PlainValue.Item(extra, "previous_training_time")) ?? 0),
        };
    }

    private TrainingState Moments(List<ParameterSpec> specs, long updates)
    {
        var none = new TrainingState(updates, null, updates);
        var state = PlainValue.Map(PlainValue.Item(PlainValue.Item(_file.Root, "last_optimizer_state"), "state"))?.Pairs;
        if (state is null or { Count: 0 })
            return none;
        var averages = new Dictionary<string, (SafetensorsTensor, SafetensorsTensor)>(StringComparer.Ordinal);
        var steps = Count(state[0].Value) ?? updates;
        // by number in the order of model.parameters(), or, as half precision trains, one flat vector of all
        if (state.Count == 1
            && Pair(state[0].Value) is var (allFirst, allSecond)
            && allFirst.Count == specs.Sum(s => s.Count)
            && allSecond.Count == allFirst.Count)
        {
            var (first, second) = (_file.Read("exp_avg", allFirst), _file.Read("exp_avg_sq", allSecond));
            var offset = 0L;
            foreach (var spec in specs)
            {
                averages[spec.Name] = (Part(first, spec, offset), Part(second, spec, offset));
                offset += spec.Count;
            }
            return new TrainingState(updates, averages, steps);
        }
        var skips = new List<long>();
        var byIndex = state.Where(s => s.Key is long).GroupBy(s => (long)s.Key!).ToDictionary(g => g.Key, g => g.Last().Value);
        for (var i = 0; i < specs.Count; i++)
        {
            if (!byIndex.TryGetValue(i, out var entry) || Pair(entry) is not var (first, second)
                || !first.Shape.SequenceEqual(specs[i].Shape) || !second.Shape.SequenceEqual(specs[i].Shape))
            {
                _notices.Add($"{_file.Path}: the optimizer's state has another layout than the model: it starts anew");
                return none;
            }
            // a layer's first, which layer drop may have left out
            if (specs[i].Name.EndsWith("self_attn.k_proj.weight", StringComparison.Ordinal))
                skips.Add(Math.Max(0, steps - (Count(entry) ?? steps)));
            averages[specs[i].Name] = (_file.Read("exp_avg", first), _file.Read("exp_avg_sq", second));
        }
        return new TrainingState(updates, averages, steps) { LayerSkips = skips };
    }

    private static long? Count(object? entry) => Steps(PlainValue.Item(entry, "step"));

    private static long? Steps(object? value) => value switch
    {
        long steps => steps,
        double steps and >= 0 and < long.MaxValue => (long)steps,
        _ => null,
    };

    private static (TorchTensor First, TorchTensor Second)? Pair(object? entry) =>
        PlainValue.Item(entry, "exp_avg") is TorchTensor first && PlainValue.Item(entry, "exp_avg_sq") is TorchTensor second
            ? (first, second)
            : null;

    private static SafetensorsTensor Part(SafetensorsTensor flat, ParameterSpec spec, long offset)
    {
        var size = flat.Bytes.Length / (int)flat.Count;
        return new SafetensorsTensor(spec.Name, flat.DType, spec.Shape, flat.Bytes.Slice((int)(offset * size), (int)(spec.Count * size)));
    }
}
