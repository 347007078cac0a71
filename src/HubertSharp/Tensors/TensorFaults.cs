using HubertSharp.Runs;

namespace HubertSharp.Tensors;

internal static class TensorFaults
{
    public static UserException NoSuchTensor(string path, string name) =>
        UserException.Create($"no tensor '{name}'", path, next: "the file belongs to another kind of model");

    public static UserException TensorShape(string path, string name, IEnumerable<long> expected, IEnumerable<long> found) =>
        UserException.Create($"tensor '{name}' has another shape", path, $"[{string.Join(", ", expected)}]",
            $"[{string.Join(", ", found)}]",
            "the file belongs to a model of another size");

    public static UserException NotFinite(string path, string name, int index, long count, float value) =>
        UserException.Create($"tensor '{PrintableText.Of(name)}' of the model is not finite", path, "numbers",
            $"{value} at place {index} of {count}",
            "the file is damaged, or its training broke down: take an earlier checkpoint, or get the model anew");

    public static UserException UnknownTensor(string path, string name) =>
        UserException.Create($"the model has no parameter '{name}'", path, next: "the file belongs to another kind of model");
}
