using HubertSharp.Runs.Labels;
using HubertSharp.Runs.Pickle;
using HubertSharp.Runs.PyTorch;

namespace HubertSharp.Interop.Fairseq;

/// <summary>The symbols of a checkpoint's label sets: inside it, or beside it, never where its authors had them.</summary>
internal static class FairseqDictionaries
{
    /// <summary>A model has one per label set, at most 64.</summary>
    private const int MostDictionaries = 256;

    /// <summary>The dictionaries in <c>task_state</c>: one, a list, or by label.</summary>
    public static List<IReadOnlyList<string>> Inside(TorchFile file)
    {
        var found = new List<IReadOnlyList<string>>();
        var looked = 0;
        void Take(object? value, int depth)
        {
            if (++looked > MostDictionaries)
                return;
            if (value is PickleObject { Type.Name: "Dictionary" } made
                && PlainValue.Fields(made)?["symbols"] is List<object?> symbols
                && symbols.All(s => s is string))
                found.Add([.. symbols.Cast<string>()]);
            // s3prl's plain symbols
            else if (value is List<object?> list && depth < 4 && list.Count > 0 && list.All(item => item is string))
                found.Add([.. list.Cast<string>()]);
            else if (value is List<object?> several && depth < 4)
                several.Take(MostDictionaries).ToList().ForEach(item => Take(item, depth + 1));
            else if (depth < 4 && PlainValue.Map(value) is { } map)
                map.Pairs.Take(MostDictionaries).ToList().ForEach(pair => Take(pair.Value, depth + 1));
        }

        Take(PlainValue.Item(file.Root, "task_state") ?? PlainValue.Item(file.Root, "dictionaries_symbols"), 0);
        return found;
    }

    /// <summary><c>dict.LABEL.txt</c> in the checkpoint's folder, where they have as many symbols as it has classes.</summary>
    public static List<IReadOnlyList<string>>? Beside(string checkpoint, IReadOnlyList<string> labels, int rows)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(checkpoint))!;
        var paths = labels.Where(label => label == Path.GetFileName(label))
            .Select(label => Path.Combine(folder, $"dict.{label}.txt")).ToList();
        if (paths.Count != labels.Count || !paths.TrueForAll(File.Exists))
            return null;
        var dictionaries = paths.ConvertAll(path => LabelDictionary.Read(path).Symbols);
        return dictionaries.Sum(d => d.Count) == rows ? dictionaries : null;
    }
}
