namespace HubertSharp.Interop.Onnx;

/// <summary>The messages of onnx.proto that a graph is made of, with the numbers of their fields.</summary>
internal static class OnnxProto
{
    /// <summary>TensorProto: dims 1, data_type 2, name 8.</summary>
    public static OnnxMessage Tensor(string name, OnnxType type, long[] shape)
    {
        var tensor = new OnnxMessage();
        foreach (var size in shape)
            tensor.Add(1, size);
        return tensor.Add(2, (long)type).Add(8, name);
    }

    /// <summary>NodeProto: input 1, output 2, name 3, op_type 4, attribute 5.</summary>
    public static OnnxMessage Node(string op, IEnumerable<string> inputs, string[] outputs, (string Name, object Value)[] attributes)
    {
        var node = new OnnxMessage();
        foreach (var input in inputs)
            node.Add(1, input);
        foreach (var output in outputs)
            node.Add(2, output);
        node.Add(3, outputs[0]).Add(4, op);
        foreach (var (name, value) in attributes)
            node.Add(5, Attribute(name, value));
        return node;
    }

    /// <summary>AttributeProto: name 1, f 2, i 3, s 4, ints 8, type 20.</summary>
    private static OnnxMessage Attribute(string name, object value)
    {
        var attribute = new OnnxMessage().Add(1, name);
        switch (value)
        {
            case float number:
                return attribute.Add(2, number).Add(20, 1);
            case long number:
                return attribute.Add(3, number).Add(20, 2);
            case string text:
                return attribute.Add(4, text).Add(20, 3);
            case long[] numbers:
                foreach (var number in numbers)
                    attribute.Add(8, number);
                return attribute.Add(20, 7);
            default:
                throw new ArgumentException($"{name}: a {value.GetType().Name} is not written", nameof(value));
        }
    }

    /// <summary>
    /// ValueInfoProto: name 1, type 2; TypeProto: tensor_type 1; Tensor: elem_type 1, shape 2; Shape: dim 1; dim_value 1 or dim_param 2.
    /// </summary>
    public static OnnxMessage Value(string name, OnnxType type, string[] axes)
    {
        var shape = new OnnxMessage();
        foreach (var axis in axes)
            shape.Add(1, long.TryParse(axis, out var size) ? new OnnxMessage().Add(1, size) : new OnnxMessage().Add(2, axis));
        return new OnnxMessage().Add(1, name).Add(2, new OnnxMessage().Add(1, new OnnxMessage().Add(1, (long)type).Add(2, shape)));
    }

    /// <summary>StringStringEntryProto: key 1, value 2.</summary>
    public static OnnxMessage Entry(string key, string value) => new OnnxMessage().Add(1, key).Add(2, value);
}
