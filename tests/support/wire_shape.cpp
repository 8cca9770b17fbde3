// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/wire_shape.h"

#include <vector>

#include <nlohmann/json.hpp>

namespace tickdeck::test {

namespace {

// Follows the path; a number's text is told as it was written, where the parser keeps it.
class Walker : public nlohmann::json_sax<nlohmann::json> {
public:
    bool null() override { return value("null"); }
    bool boolean(bool) override { return value("bool"); }
    bool number_integer(number_integer_t) override { return value("integer"); }
    bool number_unsigned(number_unsigned_t) override { return value("integer"); }
    bool number_float(number_float_t, const string_t& text) override
    {
        const std::size_t point = text.find('.');
        if (text.find_first_of("eE") != std::string::npos)
            return value("exponent");
        digits[path].insert(point == std::string::npos ? 0 : text.size() - point - 1);
        return value("decimal");
    }
    bool string(string_t&) override { return value("string"); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open("object", ""); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open("array", "[]"); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override
    {
        path = m_stack.back() + (m_stack.back().empty() ? "" : ".") + name;
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

    Shape shape;
    std::map<std::string, std::set<std::size_t>> digits;
    std::string path;

private:
    bool value(const char* form)
    {
        shape[path].insert(form);
        return true;
    }
    bool open(const char* form, const char* step)
    {
        value(form);
        path += step;
        m_stack.push_back(path);
        return true;
    }
    bool close()
    {
        m_stack.pop_back();
        path = m_stack.empty() ? "" : m_stack.back();
        return true;
    }

    std::vector<std::string> m_stack;
};

}  // namespace

bool addShape(Shape& shape, std::string_view json)
{
    Walker walker;
    if (!nlohmann::json::sax_parse(json, &walker))
        return false;
    for (auto& [path, forms] : walker.shape)
        shape[path].merge(forms);
    return true;
}

std::set<std::size_t> digitsAt(std::string_view json, std::string_view path)
{
    Walker walker;
    static_cast<void>(nlohmann::json::sax_parse(json, &walker));
    return walker.digits[std::string(path)];
}

}  // namespace tickdeck::test
