using HubertSharp.Runs.Labels;
using HubertSharp.Runs.PyTorch;

namespace HubertSharp.Interop.Fairseq;

/// <summary>What a fairseq checkpoint holds beside settings and weights: dictionaries, and the optimizer's state.</summary>
internal static class FairseqState
{
    /// <summary>The dictionaries as objects, as fairseq itself saves them.</summary>
    public static Dictionary<string, object?> Dictionaries(PortableModel portable, List<LabelDictionary> dictionaries)
    {
        var objects = dictionaries.ConvertAll(d => (object?)Object(d));
        return portable.Ctc is null ? new() { ["dictionaries"] = objects } : new() { ["target_dictionary"] = objects[0] };
    }

    private static PythonObject Object(LabelDictionary dictionary)
    {
        var indices = new OrderedDictionary<string, object?>();
        for (var i = 0; i < dictionary.Count; i++)
            indices[dictionary.Symbols[i]] = i;
        return new PythonObject("fairseq.data.dictionary", "Dictionary", new OrderedDictionary<string, object?>
        {
            ["bos_word"] = "<s>",
            ["unk_word"] = "<unk>",
            ["pad_word"] = "<pad>",
            ["eos_word"] = "</s>",
            ["symbols"] = dictionary.Symbols.Cast<object?>().ToList(),
            ["count"] = dictionary.Counts.Cast<object?>().ToList(),
            ["indices"] = indices,
            ["bos_index"] = LabelDictionary.Bos,
            ["pad_index"] = LabelDictionary.Pad,
            ["eos_index"] = LabelDictionary.Eos,
            ["unk_index"] = LabelDictionary.Unk,
            ["nspecial"] = 4,
        });
    }

    /// <summary>Whose optimizer it was, and how far it had come.</summary>
    public static List<object?> History(PortableModel portable) =>
    [
        new OrderedDictionary<string, object?>
        {
            ["criterion_name"] = portable.Ctc is null ? "HubertCriterion" : "CtcCriterion",
            ["optimizer_name"] = "FairseqAdam",
            ["lr_scheduler_state"] = new Dictionary<string, object?> { ["best"] = null },
            ["num_updates"] = portable.Training?.Updates ?? 0,
        },
    ];

    /// <summary>Numbers in the order of <c>model.parameters()</c>, as torch's optimizers save them.</summary>
    public static OrderedDictionary<string, object?> Optimizer(PortableModel portable)
    {
        var state = new OrderedDictionary<int, object?>();
        if (portable.Training is { Moments: { } moments } training)
        {
            var i = 0;
            foreach (var name in portable.Weights.Keys)
            {
                var (first, second) = moments[name];
                state[i++] = new OrderedDictionary<string, object?>
                {
                    ["step"] = training.StepsOf(name),
                    ["exp_avg"] = first,
                    ["exp_avg_sq"] = second,
                };
            }
        }
        return new OrderedDictionary<string, object?>
        {
            ["state"] = state,
            ["param_groups"] = new List<object?>
            {
                new OrderedDictionary<string, object?>
                {
                    ["lr"] = 0.0,
                    ["betas"] = new object?[] { 0.9, 0.98 },
                    ["eps"] = 1e-6,
                    ["weight_decay"] = 0.01,
                    ["amsgrad"] = false,
                    ["params"] = Enumerable.Range(0, portable.Weights.Count).Cast<object?>().ToList(),
                },
            },
        };
    }
}
